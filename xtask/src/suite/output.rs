//! The output of steps: on the screen, or kept for later.

use std::{process::Command, time::Duration};

use crate::process;

/// Destination of a command's output.
pub(super) enum Output {
    /// Shown as soon as it is written.
    Screen,
    /// Kept and shown later, so that it is not mixed with the output of others.
    Kept(Vec<u8>),
}

impl Output {
    /// Writes a line.
    pub(super) fn line(&mut self, text: &str) {
        match self {
            Self::Screen => println!("{text}"),
            Self::Kept(kept) => {
                kept.extend(text.as_bytes());
                kept.push(b'\n');
            }
        }
    }

    /// Writes a title, with an empty line above it.
    pub(super) fn announce(&mut self, text: &str) {
        self.line(&format!("\n== {text}"));
    }

    /// Runs `command`, and passes each line of its standard output to `read`.
    pub(super) fn of(
        &mut self,
        command: &mut Command,
        read: impl FnMut(&str),
    ) -> Result<(), String> {
        match self {
            Self::Screen => process::run_reading(command, read),
            Self::Kept(kept) => {
                let start = kept.len();
                let ended = process::run_to(command, kept);
                process::read_lines(&kept[start..], read);
                ended
            }
        }
    }
}

/// Formats a duration in seconds, with one decimal.
pub(super) fn seconds(time: Duration) -> String {
    format!("{:.1} s", time.as_secs_f64())
}
