//! Web addresses of source code.

use std::fmt::Write as _;

/// Repository and commit of a build.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SourceLink<'a> {
    /// URL of the repository.
    pub repository: &'a str,
    /// Host of the repository: `github`, `gitlab` or `bitbucket`.
    pub provider: &'a str,
    /// Commit of the build.
    pub commit: &'a str,
}

impl SourceLink<'_> {
    /// Returns the URL of a line. `None` if the build has no commit, if the repository host is
    /// unknown, or if the file belongs to another package.
    ///
    /// ```
    /// use autometrics_context::source::SourceLink;
    ///
    /// let link = SourceLink {
    ///     repository: "https://github.com/acme/shop.git",
    ///     provider: "github",
    ///     commit: "0a1b2c",
    /// };
    /// assert_eq!(
    ///     link.url("shop", "src/pay.rs", 7).as_deref(),
    ///     Some("https://github.com/acme/shop/blob/0a1b2c/src/pay.rs#L7")
    /// );
    /// assert_eq!(link.url("shop", "shop-1.2.0/src/pay.rs", 7), None);
    /// ```
    pub fn url(&self, package: &str, file: &str, line: u32) -> Option<String> {
        let repository = self.repository.trim_end_matches('/');
        let repository = repository.strip_suffix(".git").unwrap_or(repository);
        let is_web = repository.starts_with("https://") || repository.starts_with("http://");
        let file = file.replace('\\', "/");
        let is_ours = !file.is_empty()
            && !is_dependency(&file, package)
            && !file.contains(':')
            && file.split('/').all(|part| part != "..");
        if !is_web || !is_ours || self.commit.is_empty() || line == 0 {
            return None;
        }
        let (commit, file) = (escaped(self.commit), escaped(&file));
        match self.provider {
            "github" => Some(format!("{repository}/blob/{commit}/{file}#L{line}")),
            "gitlab" => Some(format!("{repository}/-/blob/{commit}/{file}#L{line}")),
            "bitbucket" => Some(format!("{repository}/src/{commit}/{file}#lines-{line}")),
            _ => None,
        }
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
