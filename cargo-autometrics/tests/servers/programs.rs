//! Programs that the servers watch, built by cargo.

use std::{
    net::SocketAddr,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

use test_harness::{Process, get, wait_for};

/// Returns the folder of the workspace.
pub(crate) fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Builds all programs once, so that tests do not wait for builds of others while they run.
static BUILT: LazyLock<()> = LazyLock::new(|| {
    // The shop is built alone, as `cargo autometrics -p shop` builds it in other tests.
    for packages in [&["shop"][..], &["pay", "refunds"]] {
        let mut cargo = Command::new(env!("CARGO"));
        cargo.args(["build", "--quiet"]);
        for package in packages {
            cargo.args(["--package", package]);
        }
        let status = cargo.current_dir(root()).status().unwrap();
        assert!(status.success(), "{packages:?} do not build");
    }
});

/// Returns the path of a program, which is in the folder of the command.
pub(crate) fn built(name: &str) -> PathBuf {
    LazyLock::force(&BUILT);
    let name = format!("{name}{}", std::env::consts::EXE_SUFFIX);
    Path::new(env!("CARGO_BIN_EXE_cargo-autometrics")).with_file_name(name)
}

/// Starts the shop at `addr` with these arguments, and waits until it has metrics.
pub(crate) fn open_shop(folder: &Path, log: &str, addr: SocketAddr, arguments: &[&str]) -> Process {
    let mut command = Command::new(built("shop"));
    command
        .args(["--addr", &addr.to_string(), "--explorer", "127.0.0.1:0"])
        .args(arguments)
        .env("TMPDIR", folder);
    start(folder, log, addr, &mut command)
}

/// Starts `pay-old`, `pay-new` or `refunds` at `addr`, and waits until it has metrics.
pub(crate) fn open(folder: &Path, name: &str, addr: SocketAddr, arguments: &[&str]) -> Process {
    let mut command = Command::new(built(name));
    command.arg(addr.to_string()).args(arguments);
    start(folder, name, addr, &mut command)
}

/// Starts a program as the given version, and waits until it has metrics.
pub(crate) fn open_version(
    folder: &Path,
    name: &str,
    version: &str,
    addr: SocketAddr,
    arguments: &[&str],
) -> Process {
    let mut command = Command::new(built(name));
    command
        .arg(addr.to_string())
        .args(arguments)
        .env("AUTOMETRICS_VERSION", version);
    let log = format!("{name}-{}", addr.port());
    start(folder, &log, addr, &mut command)
}

fn start(folder: &Path, log: &str, addr: SocketAddr, command: &mut Command) -> Process {
    let process = Process::start(log, command, folder);
    wait_for("the program to answer", || get(addr, "/metrics").ok());
    process
}
