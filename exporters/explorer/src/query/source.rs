//! Web addresses of functions' source code.

use std::fmt::Write as _;

use autometrics_core::BuildInfo;

use crate::history::Function;

/// Returns the address of the function's line at the commit of this build. `None` if the build has
/// no commit, if the repository host is unknown, or if the file belongs to another package.
pub(crate) fn url(build: &BuildInfo, function: &Function) -> Option<String> {
    let repository = build.repository_url.trim_end_matches('/');
    let repository = repository.strip_suffix(".git").unwrap_or(repository);
    let is_web = repository.starts_with("https://") || repository.starts_with("http://");
    let file = function.file.replace('\\', "/");
    let is_ours = !file.is_empty()
        && !is_dependency(&file, &function.package)
        && !file.contains(':')
        && file.split('/').all(|part| part != "..");
    if !is_web || !is_ours || build.commit.is_empty() || function.line == 0 {
        return None;
    }
    let (commit, file, line) = (escaped(&build.commit), escaped(&file), function.line);
    match &*build.repository_provider {
        "github" => Some(format!("{repository}/blob/{commit}/{file}#L{line}")),
        "gitlab" => Some(format!("{repository}/-/blob/{commit}/{file}#L{line}")),
        "bitbucket" => Some(format!("{repository}/src/{commit}/{file}#lines-{line}")),
        _ => None,
    }
}

/// Returns `true` if `file` is below `PACKAGE-VERSION`, the folder of files of other packages.
fn is_dependency(file: &str, package: &str) -> bool {
    let version = file
        .strip_prefix(package)
        .and_then(|rest| rest.strip_prefix('-'));
    file.starts_with('/')
        || version.is_some_and(|version| version.starts_with(|c: char| c.is_ascii_digit()))
}

/// Percent-encodes `text` for a path: everything except RFC 3986's unreserved characters (section
/// 2.3) and slashes.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            escaped.push(byte.into());
        } else {
            // Writing to a string does not fail.
            let _ = write!(escaped, "%{byte:02X}");
        }
    }
    escaped
}
