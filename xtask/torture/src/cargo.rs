//! Runs cargo, and reads what it and the compiler say.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

/// The folder of the repository.
pub(crate) fn root() -> PathBuf {
    let package = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let root = package.ancestors().nth(2);
    root.expect("xtask/torture is in the repository").to_owned()
}

/// Where everything is that we write.
pub(crate) fn workshop() -> PathBuf {
    root().join("target/torture")
}

/// Cargo in `folder`.
pub(crate) fn cargo(folder: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(folder)
        .stdin(Stdio::null())
        // One for all crates, so that what they share is built once.
        .env("CARGO_TARGET_DIR", workshop().join("target"))
        // Not read by anyone, and most of what is written.
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_PROFILE_TEST_DEBUG", "0")
        .env("CARGO_INCREMENTAL", "0");
    cargo
}

/// Standard output of `command`, which has to succeed.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let (output, error) = finish(command)?;
    match error {
        None => Ok(output),
        Some(error) => Err(error),
    }
}

/// One JSON value per line of standard output, and what standard error says if
/// the command failed.
pub(crate) fn messages(command: &mut Command) -> Result<(Vec<Value>, Option<String>), String> {
    let (output, error) = finish(command)?;
    let messages = output
        .lines()
        .filter_map(|line| serde_json::from_str(line).ok());
    Ok((messages.collect(), error))
}

fn finish(command: &mut Command) -> Result<(String, Option<String>), String> {
    let output = command
        .output()
        .map_err(|error| format!("cannot run {command:?}: {error}"))?;
    let error = (!output.status.success())
        .then(|| String::from_utf8_lossy(&output.stderr).trim().to_owned());
    Ok((String::from_utf8_lossy(&output.stdout).into_owned(), error))
}
