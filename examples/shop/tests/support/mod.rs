//! The shop as a process of its own.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
};

/// A child process that does not outlive the test, however that ends.
pub(crate) struct Process(pub(crate) Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It may be gone already, which is as well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// `shop` with these arguments, its temporary files in `folder`.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shop"));
    // Unix reads the one, Windows the other.
    command.env("TMPDIR", folder).env("TEMP", folder);
    command.args(arguments);
    command
}

/// The line with which it is open.
const LAST: &str = "explorer";

/// A shop that is open.
pub(crate) struct Shop {
    process: Process,
    folder: PathBuf,
    /// What it said until it was open.
    said: Vec<String>,
}

impl Shop {
    /// Opens a shop on a free port, its explorer as well.
    pub(crate) fn open(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = command(folder, arguments);
        command.args(["--explorer", "127.0.0.1:0"]);
        Self::start(folder, command)
    }

    /// Opens the shop that a command means, on a free port.
    pub(crate) fn start(folder: &Path, mut command: Command) -> Self {
        command.args(["--addr", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let process = Process(child);
        let mut said: Vec<String> = Vec::new();
        while !said.last().is_some_and(|line| line.starts_with(LAST)) {
            said.push(lines.next().expect("the shop says where it is").unwrap());
        }
        // What it says later is read, so that it never waits for a reader.
        thread::spawn(move || lines.for_each(drop));
        Self {
            process,
            folder: folder.to_owned(),
            said,
        }
    }

    /// Where the `shop` is, or its `explorer`, by what it said.
    pub(crate) fn at(&self, what: &str) -> SocketAddr {
        let mut lines = self.said.iter();
        lines
            .find_map(|line| line.strip_prefix(what)?.trim().strip_prefix("http://"))
            .and_then(|addr| addr.trim_end_matches('/').parse().ok())
            .unwrap_or_else(|| panic!("no address of `{what}` in {:?}", self.said))
    }

    /// Sends customers, and waits until they have their answers.
    pub(crate) fn send_customers(&self, arguments: &[&str]) {
        let mut command = command(&self.folder, arguments);
        let output = command
            .arg("--target")
            .arg(self.at("shop").to_string())
            .output();
        let output = output.unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    /// Sends a signal, such as `-TERM`, and waits for the end.
    pub(crate) fn stop(mut self, signal: &str) -> ExitStatus {
        let child = &mut self.process.0;
        let mut kill = Command::new("kill");
        kill.arg(signal).arg(child.id().to_string());
        assert!(kill.status().unwrap().success());
        child.wait().unwrap()
    }
}
