//! Installs or unpacks Debian's packages, for programs that cargo does not provide.

mod services;
mod suite;

use std::{
    fs::{self, File},
    path::Path,
    process::{Command, Stdio},
};

use crate::process;

pub(crate) use self::suite::Suite;

/// Checks that packages can be installed here. The error is the reason why they cannot.
pub(crate) fn ready() -> Result<(), &'static str> {
    if !Path::new("/etc/debian_version").is_file() || process::find("apt-get").is_none() {
        return Err("this is not Debian");
    }
    let user = Command::new("id").arg("-u").output();
    match user {
        Ok(output) if output.stdout.trim_ascii() == b"0" => Ok(()),
        _ => Err("you are not root"),
    }
}

/// Updates the lists of packages.
pub(crate) fn update() -> Result<(), String> {
    apt_get("update", &["update"])
}

/// Installs `packages` without starting the services that they contain.
pub(crate) fn install(packages: &[&str]) -> Result<(), String> {
    let _held = services::HeldServices::new(packages)?;
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(packages);
    apt_get("install", &arguments)
}

/// Unpacks `packages` and all their dependencies into `folder`, without installing anything.
pub(crate) fn unpack(packages: &[&str], folder: &Path) -> Result<(), String> {
    let archives = folder.join("archives");
    create(&archives.join("partial"))?;
    let cache = format!("Dir::Cache::archives={}", archives.display());
    let mut arguments = vec!["install", "--download-only", "--yes", "--allow-downgrades"];
    arguments.extend(["--no-install-recommends", "-o", &cache]);
    arguments.extend(packages);
    apt_get("download", &arguments)?;

    unpack_archives(&archives, folder)?;
    // The archives are not needed after unpacking.
    remove(&archives)
}

/// Unpacks all packages in the folder `archives` into `folder`.
fn unpack_archives(archives: &Path, folder: &Path) -> Result<(), String> {
    let entries = fs::read_dir(archives)
        .map_err(|error| format!("cannot list {}: {error}", archives.display()))?;
    for path in entries.filter_map(|entry| Some(entry.ok()?.path())) {
        if path.extension().is_some_and(|extension| extension == "deb") {
            process::run(Command::new("dpkg").arg("-x").arg(&path).arg(folder))?;
        }
    }
    Ok(())
}

/// Runs apt-get with its output in a log file, which the error contains.
fn apt_get(what: &str, arguments: &[&str]) -> Result<(), String> {
    let folder = xtask::root().join("target/xtask");
    create(&folder)?;
    let path = folder.join(format!("apt-get-{what}.log"));
    let log = File::create(&path)
        .and_then(|log| Ok((log.try_clone()?, log)))
        .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
    let mut command = Command::new("apt-get");
    command
        // A machine that has just started may be running unattended upgrades.
        .args(["-o", "DPkg::Lock::Timeout=120"])
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .stdout(log.0)
        .stderr(log.1);
    process::run(&mut command).map_err(|error| {
        let said = fs::read_to_string(&path).unwrap_or_default();
        format!("{error}; its output:\n\n{}", said.trim_end())
    })
}

fn create(folder: &Path) -> Result<(), String> {
    fs::create_dir_all(folder)
        .map_err(|error| format!("cannot create {}: {error}", folder.display()))
}

fn remove(folder: &Path) -> Result<(), String> {
    fs::remove_dir_all(folder)
        .map_err(|error| format!("cannot remove {}: {error}", folder.display()))
}
