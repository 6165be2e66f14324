//! List of the hosts that the caller is sent to.

use std::{error::Error, fmt, io};

use http::{
    Uri,
    uri::{Authority, Scheme},
};

/// Allowed hosts, in lower case.
#[derive(Debug, Default)]
pub(crate) struct Hosts(Vec<Host>);

#[derive(Debug)]
struct Host {
    /// Host name. With a dot in front, all names below it.
    name: String,
    /// Port, or `None` for every port.
    port: Option<u16>,
}

impl Hosts {
    pub(crate) fn new<H: AsRef<str>>(
        hosts: impl IntoIterator<Item = H>,
    ) -> Result<Self, HostError> {
        let hosts = hosts.into_iter().map(|host| Host::parse(host.as_ref()));
        hosts.collect::<Result<_, _>>().map(Self)
    }

    /// Returns `true` if the host of `uri` is on the list, and `false` if the URI has no host.
    pub(crate) fn have(&self, uri: &Uri) -> bool {
        if self.0.is_empty() {
            return false;
        }
        let Some(name) = uri.host() else {
            return false;
        };
        let name = name.to_ascii_lowercase();
        let port = uri.port_u16().or_else(|| usual_port(uri.scheme()?));
        self.0.iter().any(|host| host.is(&name, port))
    }
}

/// Returns the default port of a scheme.
fn usual_port(scheme: &Scheme) -> Option<u16> {
    match scheme.as_str() {
        "http" => Some(80),
        "https" => Some(443),
        _ => None,
    }
}

impl Host {
    fn parse(text: &str) -> Result<Self, HostError> {
        let wrong = || HostError(text.to_owned());
        let authority: Authority = text.parse().map_err(|_| wrong())?;
        let name = authority.host().to_ascii_lowercase();
        let port = authority.port_u16();
        // Any other part of the text is a user, or a port that is not a number.
        let with_port = authority.port().map(|port| port.as_str().len() + 1);
        let is_all = text.len() == name.len() + with_port.unwrap_or(0);
        let labels = name.strip_prefix('.').unwrap_or(&name);
        let is_name = name.starts_with('[')
            || labels
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte));
        if !is_all || labels.is_empty() || labels.starts_with('.') || !is_name {
            return Err(wrong());
        }
        Ok(Self { name, port })
    }

    fn is(&self, name: &str, port: Option<u16>) -> bool {
        let same_name = if self.name.starts_with('.') {
            name.len() > self.name.len() && name.ends_with(&self.name)
        } else {
            name == self.name
        };
        same_name && (self.port.is_none() || self.port == port)
    }
}

/// Error of [`ClientLayer::new`](crate::ClientLayer::new) for an entry that is not a host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostError(String);

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:?} is not a host: write a name such as `store.internal` or an address, \
             or `.internal` for all names below it; add `:` and a port to match only that port",
            self.0
        )
    }
}

impl Error for HostError {}

/// Converts with kind `InvalidInput`, for a `main` that returns `io::Result`.
impl From<HostError> for io::Error {
    fn from(error: HostError) -> Self {
        Self::new(io::ErrorKind::InvalidInput, error)
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use http::Uri;

    use super::Hosts;

    fn have(hosts: &[&str], uri: &'static str) -> bool {
        Hosts::new(hosts).unwrap().have(&Uri::from_static(uri))
    }

    #[test]
    fn listed_hosts_match() {
        for (host, uri, expected) in [
            ("store.internal", "http://store.internal/a", true),
            ("store.internal", "http://STORE.Internal:8080/a", true),
            ("STORE.internal", "https://store.internal", true),
            ("store.internal", "http://a.store.internal", false),
            ("store.internal", "http://store.internal.example", false),
            ("store.internal", "http://xstore.internal", false),
            (
                "store.internal",
                "http://store.internal@example.com/",
                false,
            ),
            ("store.internal", "/store.internal", false),
            (".internal", "http://a.b.INTERNAL", true),
            (".internal", "http://internal", false),
            (".internal", "http://.internal", false),
            (".internal", "http://ainternal", false),
            ("store:8080", "http://store:8080", true),
            ("store:8080", "http://store:8081", false),
            ("store:8080", "http://store", false),
            ("store:80", "http://store", true),
            ("store:443", "https://store", true),
            ("store:443", "http://store", false),
            (".internal:8080", "http://a.internal:8080", true),
            (".internal:8080", "http://a.internal", false),
            ("[::1]", "http://[::1]:8080/", true),
            ("[::1]:8080", "http://[::1]:8080/", true),
            ("10.0.0.7", "http://10.0.0.7/", true),
            ("10.0.0.7", "http://10.0.0.70/", false),
        ] {
            assert_eq!(have(&[host], uri), expected, "{host}: {uri}");
        }
        assert!(!have(&[], "http://store.internal"));
        assert!(have(&["a", "b"], "http://b"));
    }

    #[test]
    fn invalid_hosts_are_errors() {
        let wrong = [
            "",
            " ",
            ".",
            "..internal",
            "*",
            "*.internal",
            "http://store",
            "store/",
            "store:",
            "store:99999",
            "store:http",
            "me@store",
            ":80",
            "::1",
            "störe",
            "store internal",
        ];
        for host in wrong {
            let error = Hosts::new([host]).expect_err(host).to_string();
            assert!(
                error.starts_with(&format!("{host:?} is not a host: ")),
                "{error}"
            );
        }
        expect![[r#""*" is not a host: write a name such as `store.internal` or an address, or `.internal` for all names below it; add `:` and a port to match only that port"#]]
            .assert_eq(&Hosts::new(["store", "*"]).unwrap_err().to_string());
    }
}
