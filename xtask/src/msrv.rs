//! `cargo xtask msrv`: checks published crates with the oldest Rust that they support.

use std::{
    env,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use xtask::Workspace;

use crate::{debian, process};

/// Value of `rust-version` in the workspace, which this package inherits.
const RUST: &str = env!("CARGO_PKG_RUST_VERSION");

/// Checks all published crates with the workspace's `rust-version`. Their tests, the examples and
/// `cargo-autometrics` may need a newer Rust.
pub(crate) fn run() -> Result<(), String> {
    let start = Instant::now();
    let root = xtask::root();
    let mut cargo = match rustup() {
        Some(cargo) => cargo,
        None => unpacked(&root.join(format!("target/msrv/debian-{RUST}")))?,
    };
    cargo
        .current_dir(&root)
        .args(["check", "--locked", "--all-features", "--target-dir"])
        .arg(root.join("target/msrv/target"));
    let packages = Workspace::read(&root)?.packages;
    // A crate with a newer `rust-version` of its own is not checked.
    let ours = |package: &&xtask::Package| {
        let rust = package.key("rust-version").and_then(|key| key.as_str());
        package.published() && rust == Some(RUST)
    };
    let published = packages.iter().filter(ours);
    for package in published.clone() {
        cargo.args(["--package", &package.name]);
    }
    process::run(&mut cargo)?;
    let names: Vec<_> = published.map(|package| package.name.as_str()).collect();
    println!(
        "Rust {RUST} compiles {} ({:.0} s)",
        names.join(", "),
        start.elapsed().as_secs_f64()
    );
    Ok(())
}

/// Returns the cargo of rustup's toolchain, `None` if it is not installed. Fetches nothing.
fn rustup() -> Option<Command> {
    let rustup = || {
        let mut rustup = Command::new("rustup");
        rustup
            .env("RUSTUP_AUTO_INSTALL", "0")
            .args(["run", RUST, "cargo"]);
        rustup
    };
    let found = rustup()
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
    found.is_ok_and(|status| status.success()).then(rustup)
}

/// Returns the cargo of Debian's packages, which it unpacks into `folder`.
fn unpacked(folder: &Path) -> Result<Command, String> {
    let rustc = folder.join("usr/bin/rustc");
    // The marker file is created last, so an interrupted run starts again.
    let complete = folder.join("complete");
    if !complete.is_file() {
        debian::ready().map_err(|why| {
            format!(
                "Rust {RUST} is not installed: `rustup toolchain install {RUST}` installs it. \
                 On Debian 12 as root it is fetched without being installed, but {why}."
            )
        })?;
        println!("unpacking Debian's Rust {RUST} into {}", folder.display());
        debian::update()?;
        let packages = packages();
        let packages: Vec<_> = packages.iter().map(String::as_str).collect();
        debian::unpack(&packages, folder).map_err(|error| {
            format!(
                "{error}\n\nDebian 12 has Rust 1.85. If packages of Rust {RUST} are missing, run `rustup toolchain \
                 install {RUST}`."
            )
        })?;
        fs::write(&complete, "")
            .map_err(|error| format!("cannot write {}: {error}", complete.display()))?;
    }
    let mut cargo = Command::new(folder.join("usr/bin/cargo"));
    cargo
        .env("RUSTC", rustc)
        .env("LD_LIBRARY_PATH", libraries(folder)?)
        .stdin(Stdio::null());
    Ok(cargo)
}

/// Returns the packages of the Rust with which Debian builds its browsers.
///
/// All are named with their version, because apt takes dependencies in their newest version.
fn packages() -> Vec<String> {
    let mut packages = vec![format!("libstd-rust-web-{RUST}={RUST}.*")];
    for name in ["rustc-web", "cargo-web", "libstd-rust-web-dev"] {
        packages.push(format!("{name}={RUST}.*"));
    }
    packages
}

/// Returns the folders of the libraries that were unpacked with the programs.
fn libraries(folder: &Path) -> Result<OsString, String> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for parent in ["usr/lib", "lib"].map(|parent| folder.join(parent)) {
        for entry in fs::read_dir(&parent).into_iter().flatten().flatten() {
            if entry.file_name().to_string_lossy().ends_with("-linux-gnu") {
                paths.push(entry.path());
            }
        }
    }
    env::join_paths(paths).map_err(|error| format!("{}: {error}", folder.display()))
}
