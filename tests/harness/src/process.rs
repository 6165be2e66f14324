//! A server as a child process, with its log.

use std::{
    fs::{self, File},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    thread,
};

use crate::{child::OwnedChild, http::get, wait::wait_for};

/// Number of lines of a log that are shown when a test fails.
const LINES: usize = 15;

/// A server that does not outlive the test. Its log is shown if the test panics.
pub struct Process {
    name: String,
    child: OwnedChild,
    log: PathBuf,
}

impl Process {
    /// Starts `command`, with its output in `NAME.log` in `folder`.
    ///
    /// # Panics
    ///
    /// Panics if the program cannot be started.
    pub fn start(name: &str, command: &mut Command, folder: &Path) -> Self {
        let log = folder.join(format!("{name}.log"));
        let file = File::create(&log).expect("the folder takes a log");
        let other = file.try_clone().expect("a log has two writers");
        let child = command
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(other)
            .spawn()
            .unwrap_or_else(|error| panic!("{name} does not start: {error}"));
        Self {
            name: name.to_owned(),
            child: OwnedChild(child),
            log,
        }
    }

    /// Waits until `GET path` returns status 200.
    #[track_caller]
    pub(crate) fn wait_until_ready(&mut self, addr: SocketAddr, path: &str) {
        let name = self.name.clone();
        wait_for(&format!("{name} to be ready"), || {
            let ended = self.child.0.try_wait().expect("a child has a state");
            assert!(ended.is_none(), "{name} ended: {ended:?}");
            let answer = get(addr, path).ok();
            answer.filter(|(status, _)| *status == 200).map(drop)
        });
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        if thread::panicking() {
            let log = fs::read_to_string(&self.log).unwrap_or_default();
            let lines: Vec<_> = log.lines().collect();
            let tail = &lines[lines.len().saturating_sub(LINES)..];
            eprintln!("--- end of the log of {}:\n{}", self.name, tail.join("\n"));
        }
    }
}
