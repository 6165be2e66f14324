//! Runs other programs.

use std::{
    env,
    io::{self, Read as _, Write as _},
    path::PathBuf,
    process::{Command, ExitStatus, Stdio},
};

/// Returns the cargo that runs this program, in the workspace's folder.
///
/// Cargo decides on colours and progress itself: it inherits our standard error, and so knows
/// whether that is a terminal.
pub(crate) fn cargo() -> Command {
    let mut cargo = Command::new(xtask::cargo());
    cargo.current_dir(xtask::root()).stdin(Stdio::null());
    cargo
}

/// Returns the path of the program `name` if it is on `PATH`.
pub(crate) fn find(name: &str) -> Option<PathBuf> {
    let file = format!("{name}{}", env::consts::EXE_SUFFIX);
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(&file))
        .find(|candidate| candidate.is_file())
}

/// Runs `command` to its end. The error has the command and its exit status.
pub(crate) fn run(command: &mut Command) -> Result<(), String> {
    let status = command
        .status()
        .map_err(|error| cannot_run(command, &error))?;
    succeeded(command, status)
}

/// Runs `command` to its end, shows its standard output immediately, and passes each line of it to
/// `read`.
pub(crate) fn run_reading(command: &mut Command, mut read: impl FnMut(&str)) -> Result<(), String> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| cannot_run(command, &error))?;
    let mut stdout = child.stdout.take().expect("standard output is a pipe");
    let mut lines = Lines::default();
    let mut bytes = [0; 8192];
    loop {
        let length = match stdout.read(&mut bytes) {
            Ok(0) => break,
            Ok(length) => length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(cannot_run(command, &error)),
        };
        // Shown before a line is complete: libtest writes a test's name when it starts, and so the
        // name of a test that hangs is visible.
        show(&bytes[..length]);
        lines.push(&bytes[..length], &mut read);
    }
    lines.finish(&mut read);
    let status = child.wait().map_err(|error| cannot_run(command, &error))?;
    succeeded(command, status)
}

/// Runs `command` to its end, and appends its standard error and then its standard output to
/// `output`.
pub(crate) fn run_to(command: &mut Command, output: &mut Vec<u8>) -> Result<(), String> {
    let ended = command
        .output()
        .map_err(|error| cannot_run(command, &error))?;
    output.extend(ended.stderr);
    output.extend(ended.stdout);
    succeeded(command, ended.status)
}

/// Passes each line of a command's output to `read`.
pub(crate) fn read_lines(output: &[u8], mut read: impl FnMut(&str)) {
    let mut lines = Lines::default();
    lines.push(output, &mut read);
    lines.finish(&mut read);
}

/// Formats the command as in a shell, with its environment variables.
pub(crate) fn spelled(command: &Command) -> String {
    let mut words = Vec::new();
    for (name, value) in command.get_envs() {
        let value = value.unwrap_or_default().to_string_lossy();
        words.push(format!("{}={}", name.to_string_lossy(), quoted(&value)));
    }
    let program = PathBuf::from(command.get_program());
    let program = program.file_stem().unwrap_or(command.get_program());
    words.push(program.to_string_lossy().into_owned());
    words.extend(
        command
            .get_args()
            .map(|argument| quoted(&argument.to_string_lossy())),
    );
    words.join(" ")
}

/// Bytes of a line that is not complete yet.
#[derive(Default)]
struct Lines(Vec<u8>);

impl Lines {
    fn push(&mut self, bytes: &[u8], read: &mut impl FnMut(&str)) {
        for &byte in bytes {
            if byte == b'\n' {
                self.finish(read);
            } else {
                self.0.push(byte);
            }
        }
    }

    fn finish(&mut self, read: &mut impl FnMut(&str)) {
        read(String::from_utf8_lossy(&self.0).trim_end_matches('\r'));
        self.0.clear();
    }
}

/// Writes to standard output. Errors are ignored, because testing continues without a reader.
pub(crate) fn show(bytes: &[u8]) {
    let mut stdout = io::stdout().lock();
    let _ = stdout.write_all(bytes).and_then(|()| stdout.flush());
}

fn succeeded(command: &Command, status: ExitStatus) -> Result<(), String> {
    if status.success() {
        Ok(())
    } else {
        Err(format!("`{}` failed ({status})", spelled(command)))
    }
}

fn cannot_run(command: &Command, error: &io::Error) -> String {
    format!("cannot run `{}`: {error}", spelled(command))
}

fn quoted(word: &str) -> String {
    if word.is_empty() || word.contains([' ', '"', '*']) {
        format!("'{word}'")
    } else {
        word.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::{Lines, cargo, spelled};

    #[test]
    fn joins_lines_from_pieces() {
        let mut seen = Vec::new();
        let mut lines = Lines::default();
        let mut read = |line: &str| seen.push(line.to_owned());
        for piece in ["one\ntw", "o\r", "\nlast"] {
            lines.push(piece.as_bytes(), &mut read);
        }
        lines.finish(&mut read);
        assert_eq!(seen, ["one", "two", "last"]);
    }

    #[test]
    fn formats_a_command_as_in_a_shell() {
        let mut command = cargo();
        command
            .args(["test", "--lib"])
            .env("RUSTFLAGS", "--cfg loom");
        assert_eq!(spelled(&command), "RUSTFLAGS='--cfg loom' cargo test --lib");
    }
}
