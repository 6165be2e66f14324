//! Description of the program's build.

use std::borrow::Cow;

/// The build of the program. Fields are empty if unknown.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BuildInfo {
    /// Version of the program.
    pub version: Cow<'static, str>,
    /// Commit of the build.
    pub commit: Cow<'static, str>,
    /// Branch of the build.
    pub branch: Cow<'static, str>,
    /// URL of the source repository.
    pub repository_url: Cow<'static, str>,
    /// Provider of the repository, such as `github`, `gitlab` or `bitbucket`.
    pub repository_provider: Cow<'static, str>,
}

impl BuildInfo {
    /// Creates a build description without values. [`build_info!`](crate::build_info!) creates one
    /// with the values that are known at compile time.
    ///
    /// ```
    /// use autometrics::BuildInfo;
    ///
    /// let build = BuildInfo::new()
    ///     .version("1.2.0")
    ///     .repository_url("https://user:token@example.com/shop");
    /// assert_eq!(build.repository_url, "https://example.com/shop");
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets the version of the program.
    #[must_use]
    pub fn version(mut self, version: impl Into<Cow<'static, str>>) -> Self {
        self.version = version.into();
        self
    }

    /// Sets the commit of the build.
    #[must_use]
    pub fn commit(mut self, commit: impl Into<Cow<'static, str>>) -> Self {
        self.commit = commit.into();
        self
    }

    /// Sets the branch of the build.
    #[must_use]
    pub fn branch(mut self, branch: impl Into<Cow<'static, str>>) -> Self {
        self.branch = branch.into();
        self
    }

    /// Sets the URL of the source repository. User and password in it are removed, because labels
    /// are public.
    #[must_use]
    pub fn repository_url(mut self, url: impl Into<Cow<'static, str>>) -> Self {
        self.repository_url = without_user(url.into());
        self
    }

    /// Sets the provider of the repository, such as `github`. If it is empty, as by default,
    /// snapshots of the program derive it from the host of the URL.
    #[must_use]
    pub fn repository_provider(mut self, provider: impl Into<Cow<'static, str>>) -> Self {
        self.repository_provider = provider.into();
        self
    }
}

/// Returns the [`BuildInfo`] of the crate in which the macro is used, as known at compile time.
///
/// Version and repository come from the environment variables `AUTOMETRICS_VERSION` and
/// `AUTOMETRICS_REPOSITORY_URL` of the compiler, else from the crate's manifest. Commit and branch
/// come from `AUTOMETRICS_COMMIT` and `AUTOMETRICS_BRANCH`, else from `VERGEN_GIT_SHA` and
/// `VERGEN_GIT_BRANCH`, which crate `vergen` sets. Values that are not set are empty.
///
/// ```
/// let build = autometrics::build_info!();
/// assert_eq!(build.version, env!("CARGO_PKG_VERSION"));
/// ```
#[macro_export]
macro_rules! build_info {
    () => {{
        const fn first(candidates: [Option<&'static str>; 2]) -> &'static str {
            match candidates {
                [Some(value), _] | [None, Some(value)] => value,
                [None, None] => "",
            }
        }
        $crate::BuildInfo::new()
            .version(first([
                ::core::option_env!("AUTOMETRICS_VERSION"),
                ::core::option_env!("CARGO_PKG_VERSION"),
            ]))
            .commit(first([
                ::core::option_env!("AUTOMETRICS_COMMIT"),
                ::core::option_env!("VERGEN_GIT_SHA"),
            ]))
            .branch(first([
                ::core::option_env!("AUTOMETRICS_BRANCH"),
                ::core::option_env!("VERGEN_GIT_BRANCH"),
            ]))
            .repository_url(first([
                ::core::option_env!("AUTOMETRICS_REPOSITORY_URL"),
                ::core::option_env!("CARGO_PKG_REPOSITORY"),
            ]))
    }};
}

/// Returns `url` without user and password, because labels are public and a password may be a
/// token.
pub(super) fn without_user(url: Cow<'static, str>) -> Cow<'static, str> {
    let begin = url.find("://").map_or(0, |at| at + "://".len());
    let rest = &url[begin..];
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    // A password may contain a slash, so that the host comes later; then the part before the slash
    // is not a host with a port.
    let has_port = |port: &str| port.bytes().all(|byte| byte.is_ascii_digit());
    let is_host = rest[..end]
        .split_once(':')
        .is_none_or(|(_, port)| has_port(port));
    let is_ssh = begin == 0;
    let searched = if is_host || is_ssh {
        &rest[..end]
    } else {
        rest
    };
    match searched.rfind('@') {
        Some(at) => Cow::Owned(format!("{}{}", &url[..begin], &rest[at + 1..])),
        None => url,
    }
}
