//! Parsers of values on the command line, with messages that name the expected form.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

/// Parses the path of a file in an existing folder, so that a mistake is reported at once.
pub(crate) fn in_a_folder(text: &str) -> Result<PathBuf, String> {
    let path = PathBuf::from(text);
    match path.parent() {
        Some(folder) if folder != Path::new("") && !folder.is_dir() => {
            Err(format!("there is no folder `{}`", folder.display()))
        }
        Some(_) if !path.is_dir() => Ok(path),
        _ => Err("expected a file, but this is a folder".into()),
    }
}

/// Parses a duration in seconds.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    text.parse()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| "expected a number of seconds, such as 30".into())
}

/// Parses a number of requests per second.
pub(crate) fn rate(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|rate| (0.0..=1e6).contains(rate))
        .ok_or_else(|| "expected a number between 0 and 1000000, such as 60".into())
}

/// Parses a share of faults.
pub(crate) fn share(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| "expected a share between 0 and 1, such as 0.02".into())
}
