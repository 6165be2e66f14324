//! Whom a page answers, by the name that it was asked under.
//!
//! A page on the loopback interface is not reachable from elsewhere, but a
//! browser on the same machine is, and it runs the scripts of other people's
//! sites. Such a site may let its own name point to 127.0.0.1 after it was
//! loaded (DNS rebinding); then its script is of the same origin as this page,
//! and may read it. The name in `Host` is the site's in that case, and nobody
//! can make it an address or `localhost`. So these are answered, and names only
//! if the program has said that they are its own.

use std::net::{Ipv4Addr, Ipv6Addr};

use http::{Request, header::HOST};

/// The names under which a page answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Hosts {
    /// Lower case, without port.
    pub(crate) names: Vec<String>,
    /// Whether every name will do.
    pub(crate) any: bool,
}

impl Hosts {
    /// Whether `request` was meant for this page; otherwise the host that it was
    /// meant for.
    pub(super) fn check<T>(&self, request: &Request<T>) -> Result<(), String> {
        let mut headers = request.headers().get_all(HOST).iter();
        let header = headers.next();
        if self.any {
            return Ok(());
        }
        if headers.next().is_some() {
            return Err("several hosts".to_owned());
        }
        // HTTP/2 has it in the address, HTTP/1.1 in a header, and what has
        // neither is no browser.
        let of_uri = request.uri().authority().map(http::uri::Authority::as_str);
        let of_header = match header.map(|value| value.to_str()) {
            Some(Ok(host)) => Some(host),
            Some(Err(_)) => return Err("a host that is no text".to_owned()),
            None => None,
        };
        let wrong = of_uri
            .into_iter()
            .chain(of_header)
            .find(|host| !self.allow(host));
        wrong.map_or(Ok(()), |host| Err(host.to_owned()))
    }

    fn allow(&self, host: &str) -> bool {
        let Some(name) = without_port(host) else {
            return false;
        };
        let name = name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase();
        let is_address = match name.strip_prefix('[') {
            Some(rest) => rest
                .strip_suffix(']')
                .is_some_and(|address| address.parse::<Ipv6Addr>().is_ok()),
            None => name.parse::<Ipv4Addr>().is_ok(),
        };
        // RFC 6761, section 6.3: these names are always this machine.
        let is_local = name == "localhost" || name.ends_with(".localhost");
        is_address || is_local || self.names.contains(&name)
    }
}

/// The host without its port, unless that is none.
fn without_port(host: &str) -> Option<&str> {
    let end = match host.rfind(']') {
        Some(bracket) => bracket + 1,
        None => host.find(':').unwrap_or(host.len()),
    };
    let (name, port) = host.split_at(end);
    let digits = port.strip_prefix(':').unwrap_or(port);
    let is_port = port.is_empty() || digits.bytes().all(|byte| byte.is_ascii_digit());
    is_port.then_some(name)
}

#[cfg(test)]
mod tests {
    use http::{Request, header::HOST};

    use super::Hosts;

    fn allowed(hosts: &Hosts, host: &str) -> bool {
        let request = Request::get("/").header(HOST, host).body(()).unwrap();
        hosts.check(&request).is_ok()
    }

    #[test]
    fn addresses_and_local_names_are_answered() {
        for host in [
            "127.0.0.1",
            "127.0.0.1:9464",
            "10.1.2.3:80",
            "[::1]",
            "[::1]:9464",
            "[fe80::1]:1",
            "localhost",
            "LocalHost:9464",
            "localhost.",
            "shop.localhost:8080",
        ] {
            assert!(allowed(&Hosts::default(), host), "{host}");
        }
    }

    #[test]
    fn other_names_are_refused() {
        for host in [
            "",
            "evil.example",
            "evil.example:9464",
            "127.0.0.1.evil.example",
            "127.0.0.1:80@evil.example",
            "localhost.evil.example",
            "localhost:x",
            "notlocalhost",
            "[::1].evil.example",
            "[::1]evil.example",
            "[evil.example]",
            "::1",
            "2130706433",
            "0x7f.1",
            "shop",
        ] {
            assert!(!allowed(&Hosts::default(), host), "{host}");
        }
    }

    #[test]
    fn the_programs_own_names_are_answered() {
        let hosts = Hosts {
            names: vec!["shop.internal".to_owned()],
            any: false,
        };
        assert!(allowed(&hosts, "shop.internal:9464"));
        assert!(allowed(&hosts, "SHOP.internal."));
        assert!(!allowed(&hosts, "shop.internal.evil.example"));
    }

    #[test]
    fn a_second_host_and_one_in_the_address_are_checked() {
        let hosts = Hosts::default();
        let two = Request::get("/")
            .header(HOST, "localhost")
            .header(HOST, "localhost");
        assert!(hosts.check(&two.body(()).unwrap()).is_err());
        let uri = Request::get("http://evil.example/").header(HOST, "localhost");
        assert!(hosts.check(&uri.body(()).unwrap()).is_err());
        let none = Request::get("/").body(()).unwrap();
        assert!(hosts.check(&none).is_ok(), "HTTP/1.0 has none");
    }
}
