//! Host names that a page answers for.
//!
//! A page on the loopback interface cannot be reached from other machines, but a browser on the
//! same machine can reach it, and runs the scripts of other people's sites. Such a site may let its
//! own name point to 127.0.0.1 after it was loaded (DNS rebinding). Then its script has the same
//! origin as this page and may read it. `Host` contains the site's name in that case, which cannot
//! be an address or `localhost`. So requests for addresses and `localhost` are answered, and
//! requests for a name only if the program or its environment allows that name.

use std::{
    env,
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
};

use http::{
    HeaderValue, Request,
    header::{HOST, ORIGIN},
};

/// Environment variable with allowed host names, separated by commas; `*` allows all.
pub const HOSTS_VARIABLE: &str = "AUTOMETRICS_HOSTS";

/// Host names that a page answers for: addresses, `localhost`, names that end with `.localhost`,
/// and names that were allowed.
///
/// ```
/// # use autometrics_listener::Hosts;
/// use http::Request;
///
/// let hosts = Hosts::default().allow("shop.internal");
/// let request = |host| Request::get("/metrics").header("host", host).body(());
/// assert!(hosts.check(&request("shop.internal:9464")?).is_ok());
/// assert!(hosts.check(&request("evil.example")?).is_err());
/// # Ok::<(), http::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Hosts {
    /// Allowed names in lower case, without port.
    names: Vec<String>,
    /// `true` if every name is allowed.
    any: bool,
}

impl Hosts {
    /// Returns the hosts that `AUTOMETRICS_HOSTS` allows in addition to addresses and `localhost`.
    /// Its value is a list such as `shop.internal,shop`, or `*` for all.
    pub fn from_env() -> Self {
        Self::listed(&env::var(HOSTS_VARIABLE).unwrap_or_default())
    }

    fn listed(names: &str) -> Self {
        let names = names.split(',').map(str::trim);
        let names = names.filter(|name| !name.is_empty());
        names.fold(Self::default(), |hosts, name| match name {
            "*" => hosts.allow_any(),
            name => hosts.allow(name),
        })
    }

    /// Allows the host `name`. A port in `name` is ignored.
    #[must_use]
    pub fn allow(mut self, name: &str) -> Self {
        let name = without_port(name).unwrap_or(name);
        self.names.push(plain(name));
        self
    }

    /// Allows every host. For programs behind a server or proxy that checks the host.
    #[must_use]
    pub fn allow_any(mut self) -> Self {
        self.any = true;
        self
    }

    /// Checks that the host of `request` is one that this page answers for.
    ///
    /// # Errors
    ///
    /// Returns the host of the request if it is not allowed, or the reason if there are several
    /// hosts or the header is not text.
    pub fn check<T>(&self, request: &Request<T>) -> Result<(), String> {
        let mut headers = request.headers().get_all(HOST).iter();
        let header = headers.next();
        if self.any {
            return Ok(());
        }
        if headers.next().is_some() {
            return Err("several hosts".to_owned());
        }
        // The host is in the URI for HTTP/2 and in a header for HTTP/1.1. A request with neither
        // does not come from a browser.
        let of_uri = request.uri().authority().map(http::uri::Authority::as_str);
        let of_header = match header.map(|value| value.to_str()) {
            Some(Ok(host)) => Some(host),
            Some(Err(_)) => return Err("a host that is no text".to_owned()),
            None => None,
        };
        let wrong = of_uri
            .into_iter()
            .chain(of_header)
            .find(|host| !self.allows(host));
        wrong.map_or(Ok(()), |host| Err(host.to_owned()))
    }

    /// Checks that `request`, which passed [`check`](Self::check), does not come from a foreign site
    /// in a browser.
    ///
    /// Browsers send the site as `Origin`. It may be the page's own, or one at a loopback address,
    /// `localhost` or an allowed name. Other addresses are foreign here, because anybody can have a
    /// site at an address. Requests without `Origin` do not come from a site that may read the
    /// answer.
    ///
    /// # Errors
    ///
    /// Returns the origin of the request if it is foreign, or the reason if there are several
    /// origins or the header is not text.
    ///
    /// ```
    /// # use autometrics_listener::Hosts;
    /// use http::Request;
    ///
    /// let from = |origin| Request::post("/mcp").header("origin", origin).body(());
    /// let hosts = Hosts::default();
    /// assert!(hosts.check_origin(&from("http://localhost:6274")?).is_ok());
    /// assert!(hosts.check_origin(&from("https://evil.example")?).is_err());
    /// # Ok::<(), http::Error>(())
    /// ```
    pub fn check_origin<T>(&self, request: &Request<T>) -> Result<(), String> {
        let mut origins = request.headers().get_all(ORIGIN).iter();
        let Some(origin) = origins.next() else {
            return Ok(());
        };
        if self.any {
            return Ok(());
        }
        if origins.next().is_some() {
            return Err("several origins".to_owned());
        }
        let Ok(origin) = origin.to_str() else {
            return Err("an origin that is no text".to_owned());
        };
        let site = ["http://", "https://"]
            .iter()
            .find_map(|scheme| origin.strip_prefix(scheme));
        let own = request.headers().get(HOST).map(HeaderValue::as_bytes);
        let own = own.or_else(|| Some(request.uri().authority()?.as_str().as_bytes()));
        let is_known = site.is_some_and(|site| {
            own.is_some_and(|own| site.as_bytes().eq_ignore_ascii_case(own))
                || self.allows_site(site)
        });
        if is_known {
            Ok(())
        } else {
            Err(origin.to_owned())
        }
    }

    fn allows(&self, host: &str) -> bool {
        without_port(host).map(plain).is_some_and(|name| {
            address(&name).is_some() || is_local(&name) || self.names.contains(&name)
        })
    }

    fn allows_site(&self, host: &str) -> bool {
        without_port(host).map(plain).is_some_and(|name| {
            let is_loopback = address(&name).is_some_and(|address| address.is_loopback());
            is_loopback || is_local(&name) || self.names.contains(&name)
        })
    }
}

/// Returns the address that `name` consists of.
fn address(name: &str) -> Option<IpAddr> {
    match name.strip_prefix('[') {
        Some(rest) => {
            let address = rest.strip_suffix(']')?.parse::<Ipv6Addr>();
            address.ok().map(IpAddr::from)
        }
        None => name.parse::<Ipv4Addr>().ok().map(IpAddr::from),
    }
}

/// Returns `true` for names that always mean this machine, by RFC 6761, section 6.3.
fn is_local(name: &str) -> bool {
    name == "localhost" || name.ends_with(".localhost")
}

/// Normalizes a name for comparison: lower case, without the final dot.
fn plain(name: &str) -> String {
    name.strip_suffix('.').unwrap_or(name).to_ascii_lowercase()
}

/// Returns the host without its port, or `None` if the port is malformed.
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
    use http::{
        Request,
        header::{HOST, ORIGIN},
    };

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
    fn allowed_names_are_answered() {
        let hosts = Hosts::default().allow("Shop.internal.");
        assert!(allowed(&hosts, "shop.internal:9464"));
        assert!(allowed(&hosts, "SHOP.internal."));
        assert!(!allowed(&hosts, "shop.internal.evil.example"));
    }

    #[test]
    fn variable_lists_allowed_names() {
        let hosts = Hosts::listed(" shop , Shop.Internal:9464,,[::1]:1");
        for host in ["shop", "shop:1", "shop.internal"] {
            assert!(allowed(&hosts, host), "{host}");
        }
        assert!(!allowed(&hosts, "evil.example"));
        assert!(!allowed(&Hosts::listed(""), "shop"));
        assert!(allowed(&Hosts::listed("shop,*"), "evil.example"));
    }

    #[test]
    fn second_host_and_host_in_the_uri_are_checked() {
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

    fn allowed_site(hosts: &Hosts, host: &str, origin: &str) -> bool {
        let request = Request::post("/").header(HOST, host).header(ORIGIN, origin);
        hosts.check_origin(&request.body(()).unwrap()).is_ok()
    }

    #[test]
    fn own_and_local_sites_are_answered() {
        for (host, origin) in [
            ("127.0.0.1:9464", "http://127.0.0.1:9464"),
            ("127.0.0.1:9464", "http://localhost:6274"),
            ("127.0.0.1:9464", "https://LocalHost"),
            ("127.0.0.1:9464", "http://127.0.0.2"),
            ("127.0.0.1:9464", "http://[::1]:80"),
            ("10.1.2.3:9464", "http://10.1.2.3:9464"),
            ("shop:9464", "https://shop.internal"),
        ] {
            let hosts = Hosts::default().allow("shop").allow("shop.internal");
            assert!(allowed_site(&hosts, host, origin), "{origin}");
        }
        let none = Request::post("/").body(()).unwrap();
        assert!(Hosts::default().check_origin(&none).is_ok());
        let any = Hosts::default().allow_any();
        assert!(allowed_site(&any, "shop", "https://shop.example"));
    }

    #[test]
    fn foreign_sites_are_refused() {
        for origin in [
            "",
            "null",
            "https://evil.example",
            "https://localhost.evil.example",
            "http://localhost@evil.example",
            "http://127.0.0.1.evil.example",
            "http://evil.example:9464",
            "http://10.1.2.3:9464",
            "http://127.0.0.1:80/",
            "http://",
            "file://",
            "127.0.0.1:9464",
            "chrome-extension://localhost",
            "http://localhost http://localhost",
        ] {
            let hosts = Hosts::default();
            assert!(!allowed_site(&hosts, "127.0.0.1:9464", origin), "{origin}");
        }
        let two = Request::post("/")
            .header(ORIGIN, "http://localhost")
            .header(ORIGIN, "http://localhost");
        assert!(
            Hosts::default()
                .check_origin(&two.body(()).unwrap())
                .is_err()
        );
    }
}
