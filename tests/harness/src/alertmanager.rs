//! Alertmanager, with the configuration that `cargo autometrics rules --inhibit` writes.

use std::{fmt::Write as _, fs, net::SocketAddr, path::Path, process::Command};

use crate::{Pager, Process, free_addr, newer};

/// A running Alertmanager with a [`Pager`] as its receivers.
pub struct Alertmanager {
    addr: SocketAddr,
    _process: Process,
}

impl Alertmanager {
    /// Starts a server with the inhibitions, routes and receivers of `snippet`.
    ///
    /// Each receiver gets the pager as its webhook, under its own name. Alerts of a group that fire
    /// within a second are notified together, and changes after another second.
    ///
    /// # Panics
    ///
    /// Panics if the server does not start, for example because it cannot read the configuration.
    #[track_caller]
    pub fn start(folder: &Path, snippet: &str, pager: &Pager) -> Self {
        let addr = free_addr();
        let mut config = String::new();
        let mut receivers = false;
        for line in snippet.lines() {
            config.push_str(line);
            config.push('\n');
            receivers |= line == "receivers:";
            if line == "route:" {
                config.push_str("  group_wait: 1s\n  group_interval: 1s\n  repeat_interval: 1h\n");
            } else if let Some(name) = line.strip_prefix("- name: ").filter(|_| receivers) {
                let url = pager.url(name.trim_matches('"'));
                let _ = writeln!(
                    config,
                    "  webhook_configs: [{{ url: {url:?}, send_resolved: true }}]"
                );
            }
        }
        let path = folder.join("alertmanager.yml");
        fs::write(&path, config).expect("the folder takes a file");
        let mut command = Command::new(newer("alertmanager"));
        command
            .arg(format!("--config.file={}", path.display()))
            .arg(format!(
                "--storage.path={}",
                folder.join("alertmanager").display()
            ))
            .arg(format!("--web.listen-address={addr}"))
            .args(["--cluster.listen-address=", "--log.level=warn"]);
        let mut process = Process::start("alertmanager", &mut command, folder);
        process.wait_until_ready(addr, "/-/ready");
        Self {
            addr,
            _process: process,
        }
    }

    pub(crate) fn addr(&self) -> SocketAddr {
        self.addr
    }
}
