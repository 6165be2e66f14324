//! URLs of a Prometheus server, and its redirects.

use crate::{Error, error::Kind};

/// Address of a Prometheus server.
pub(super) struct Address {
    /// Scheme, host and port, in lower case.
    pub(super) origin: String,
    /// User and password as in the URL, with `@` at the end; empty if there are none.
    user: String,
    /// Path of the URL, without a slash at its end.
    pub(super) path: String,
}

impl Address {
    /// Parses the URL that is given with `--from`.
    ///
    /// # Errors
    ///
    /// Returns an error if it is no URL with a host and at most a path, or if it is `https://`
    /// without the feature `https`.
    pub(super) fn parse(url: &str) -> Result<Self, Error> {
        let wrong = |said| {
            let url = shown(url);
            Err(Kind::Url { url, said }.into())
        };
        let encrypted = url.strip_prefix("https://");
        if encrypted.is_some() && !cfg!(feature = "https") {
            return wrong(
                "this cargo-autometrics supports http:// only; install it again with \
                 `cargo install cargo-autometrics --features https`, or forward a port with \
                 `kubectl port-forward` or `ssh -L`, and give that URL",
            );
        }
        let Some(rest) = encrypted.or_else(|| url.strip_prefix("http://")) else {
            return wrong("expected http:// and a host, such as http://localhost:9090");
        };
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let (user, host) = match authority.rsplit_once('@') {
            Some((user, host)) => (format!("{user}@"), host),
            None => (String::new(), authority),
        };
        if host.is_empty() || url.contains(['?', '#']) {
            return wrong(
                "expected a host, and at most a path, such as http://localhost:9090/prometheus",
            );
        }
        if path.contains('@') {
            return wrong("write / and @ in a user or password as %2F and %40");
        }
        let scheme = if encrypted.is_some() { "https" } else { "http" };
        Ok(Self {
            origin: format!("{scheme}://{}", host.to_ascii_lowercase()),
            user,
            path: path.trim_end_matches('/').to_owned(),
        })
    }

    /// Returns the URL of `target`, a path with a query, on this server.
    pub(super) fn url(&self, target: &str) -> String {
        self.origin.replacen("://", &format!("://{}", self.user), 1) + target
    }

    /// Returns the target that `location` means as a redirect of `target`; `None` if it is not on
    /// this server.
    pub(super) fn follow(&self, target: &str, location: &str) -> Option<String> {
        let location = location.split('#').next().unwrap_or_default();
        // Browsers read a backslash as a slash, and other programs may, too.
        if location.contains('\\') || location.starts_with("//") {
            return None;
        }
        if location.starts_with('/') {
            return Some(location.to_owned());
        }
        let is_scheme = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphabetic());
        let absolute = location.split_once("://");
        if let Some((scheme, rest)) = absolute.filter(|(scheme, _)| is_scheme(scheme)) {
            let end = rest.find(['/', '?']).unwrap_or(rest.len());
            let (authority, target) = rest.split_at(end);
            let there = format!("{scheme}://{authority}").to_ascii_lowercase();
            let target = if target.starts_with('/') {
                target.to_owned()
            } else {
                format!("/{target}")
            };
            return (with_port(&there) == with_port(&self.origin)).then_some(target);
        }
        let before_query = location.split('?').next().unwrap_or_default();
        if before_query.contains(':') {
            return None;
        }
        // The location is relative to the folder of the path.
        let path = target.split('?').next().unwrap_or_default();
        let folder = &path[..=path.rfind('/')?];
        Some(format!("{folder}{location}"))
    }
}

/// Returns `origin` with a port: its own, or the default of its scheme.
fn with_port(origin: &str) -> String {
    let host = origin.split("://").nth(1).unwrap_or_default();
    let has_port = host.rsplit(']').next().unwrap_or_default().contains(':');
    match origin.starts_with("https://") {
        _ if has_port => origin.to_owned(),
        true => format!("{origin}:443"),
        false => format!("{origin}:80"),
    }
}

/// Returns scheme and host of a URL from an untrusted source, with at most 200 characters, for a
/// message.
pub(super) fn origin(url: &str) -> String {
    let shown = shown(url);
    let begin = shown.find("://").map_or(0, |at| at + "://".len());
    let begin = if shown.starts_with("//") { 2 } else { begin };
    let end = shown[begin..]
        .find('/')
        .map_or(shown.len(), |at| begin + at);
    shown[..end].chars().take(200).collect()
}

/// Returns `url` without the parts that may be secret: user, password and query.
///
/// The URL may be malformed, so everything before the last `@` may be a password.
pub(super) fn shown(url: &str) -> String {
    let (scheme, rest) = match url.split_once("://") {
        Some((scheme, rest)) if scheme.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
            (format!("{scheme}://"), rest)
        }
        _ => (String::new(), url),
    };
    let rest = rest.rsplit('@').next().unwrap_or_default();
    let end = rest.find(['?', '#']).unwrap_or(rest.len());
    // A PromQL query is usually pasted and no secret; other parameters may be tokens.
    let promql = rest[end..].strip_prefix("?query=");
    let shows_all = promql.is_some_and(|text| !text.contains(['&', '#', '?']));
    format!("{scheme}{}", if shows_all { rest } else { &rest[..end] })
}

/// Percent-encodes `text` for a query of a URL.
pub(crate) fn encoded(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~()'!*".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.extend(format!("%{byte:02X}").chars());
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::{Address, origin, shown};

    #[test]
    fn messages_show_no_password_and_no_token() {
        for (url, expected) in [
            ("http://localhost:9090/a", "http://localhost:9090/a"),
            ("http://user:secret@host/a", "http://host/a"),
            ("http://user:se/cr?e#t@host", "http://host"),
            ("user:secret@host", "host"),
            ("user:secret://@host", "host"),
            ("http://host/a?token=secret", "http://host/a"),
            ("http://host/a?query=up&token=secret", "http://host/a"),
            ("http://host/a?query=up", "http://host/a?query=up"),
            ("http://host#secret", "http://host"),
        ] {
            assert_eq!(shown(url), expected, "{url}");
        }
        assert_eq!(origin("https://u:p@host:1/path?q"), "https://host:1");
        assert_eq!(origin("//host/path"), "//host");
    }

    #[test]
    fn follows_redirects_to_the_same_server_only() {
        let address = Address::parse("http://u:p@Prom:80/base").unwrap();
        assert_eq!(address.url("/a"), "http://u:p@prom:80/a");
        for (location, expected) in [
            ("/new?q=1", Some("/new?q=1")),
            ("http://prom/new", Some("/new")),
            ("HTTP://PROM:80/new", Some("/new")),
            ("http://prom?q=1", Some("/?q=1")),
            ("new?q=http://a/", Some("/base/api/new?q=http://a/")),
            ("https://prom/new", None),
            ("http://prom:81/new", None),
            ("http://prom.evil.example/", None),
            ("http://prom@evil.example/", None),
            ("http://evil.example/?http://prom/", None),
            ("//evil.example/", None),
            ("/\\evil.example/", None),
            ("\\\\evil.example/", None),
            ("ftp:prom", None),
        ] {
            let target = address.follow("/base/api/query?q", location);
            assert_eq!(target.as_deref(), expected, "{location}");
        }
    }
}
