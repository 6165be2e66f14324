//! The shop as a child process.

use std::{
    io::{BufRead as _, BufReader},
    net::{SocketAddr, TcpStream},
    path::{Path, PathBuf},
    process::{Command, ExitStatus, Stdio},
    thread,
};

use test_harness::OwnedChild;

/// Returns a command of `shop` with these arguments, and its temporary files in `folder`.
pub(crate) fn command(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shop"));
    // Unix uses the first variable, and Windows the second.
    command.env("TMPDIR", folder).env("TEMP", folder);
    command.args(arguments);
    command
}

/// A running shop.
pub(crate) struct Shop {
    process: OwnedChild,
    pub(crate) addr: SocketAddr,
    /// Address of its explorer.
    pub(crate) explorer: SocketAddr,
    folder: PathBuf,
}

impl Shop {
    /// Opens a shop on a free port, and its explorer on another one.
    pub(crate) fn open(folder: &Path, arguments: &[&str]) -> Self {
        let mut command = command(folder, arguments);
        command.args(["--explorer", "127.0.0.1:0"]);
        Self::start(folder, command)
    }

    /// Opens the shop of a command on a free port.
    pub(crate) fn start(folder: &Path, mut command: Command) -> Self {
        command.args(["--addr", "127.0.0.1:0"]);
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let process = OwnedChild(child);
        let mut addr_after = |words: &str| {
            let mut lines = lines.by_ref().map(Result::unwrap);
            let line = lines.find(|line| line.starts_with(words));
            line.as_deref()
                .and_then(|line| line.rsplit("http://").next())
                .and_then(|addr| addr.trim_end_matches('/').parse().ok())
                .unwrap_or_else(|| panic!("the shop says where it is: {line:?}"))
        };
        let explorer = addr_after("see it live");
        let addr = addr_after("shop ");
        // Reads the rest of the output, so that the shop never waits for a reader.
        thread::spawn(move || lines.for_each(drop));
        Self {
            process,
            addr,
            explorer,
            folder: folder.to_owned(),
        }
    }

    /// Sends customers, and waits until they have their answers.
    pub(crate) fn send_customers(&self, arguments: &[&str]) {
        let mut command = command(&self.folder, arguments);
        let output = command.arg("--target").arg(self.addr.to_string()).output();
        let output = output.unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    /// Sends a signal, such as `-TERM`, and waits for the end.
    pub(crate) fn stop(mut self, signal: &str) -> ExitStatus {
        let child = &mut self.process.0;
        let mut kill = Command::new("kill");
        kill.arg(signal).arg(child.id().to_string());
        assert!(kill.status().unwrap().success());
        let status = child.wait().unwrap();
        let left = TcpStream::connect(self.explorer);
        assert!(left.is_err(), "the explorer is still there");
        status
    }
}
