//! Runs cargo, and reads its output and the compiler's.

use std::{
    env,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use serde_json::Value;

/// Returns the root folder of the repository.
pub(crate) fn root() -> PathBuf {
    let package = env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    let root = package.ancestors().nth(2);
    root.expect("xtask/torture is in the repository").to_owned()
}

/// Returns the folder for all files that this program writes.
pub(crate) fn workshop() -> PathBuf {
    root().join("target/torture")
}

/// Returns a command that runs cargo in `folder`.
pub(crate) fn cargo(folder: &Path) -> Command {
    let mut cargo = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo
        .current_dir(folder)
        .stdin(Stdio::null())
        // Shared by all crates, so that common dependencies are built once.
        .env("CARGO_TARGET_DIR", workshop().join("target"))
        // Debug information is most of the output, and nobody reads it.
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_PROFILE_TEST_DEBUG", "0")
        .env("CARGO_INCREMENTAL", "0");
    cargo
}

/// Returns the standard output of `command`. The error is the standard error of a command that
/// fails.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let (output, error) = finish(command)?;
    match error {
        None => Ok(output),
        Some(error) => Err(error),
    }
}

/// Returns the JSON values in the lines of standard output, and the standard error if the command
/// failed.
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
