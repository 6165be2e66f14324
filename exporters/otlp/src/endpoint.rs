//! Resolves and validates the URL that requests go to.

use http::{Uri, uri::PathAndQuery};

use crate::{
    choices::Protocol,
    error::StartError,
    variables::{Variables, named},
};

/// Endpoint as set on the builder.
#[derive(Clone, Debug)]
pub(crate) enum Endpoint {
    /// Base URL of a collector. `/v1/metrics` is appended for HTTP.
    Collector(String),
    /// URL for metrics, used as it is.
    Metrics(String),
}

const HTTP: &str = "http://localhost:4318/v1/metrics";
#[cfg(feature = "grpc")]
const GRPC: &str = "http://localhost:4317";

/// Returns the endpoint: from the builder, else from the variables, else a Collector on this
/// machine.
///
/// Fails if the builder's URL is invalid, or if the URL has scheme `https` and feature `tls` is
/// off. An invalid variable leads to a warning and is ignored.
pub(crate) fn resolve(
    given: Option<&Endpoint>,
    protocol: Protocol,
    variables: &mut Variables<'_>,
) -> Result<Uri, StartError> {
    let said = match given {
        Some(Endpoint::Collector(url)) => Some(
            at_collector(url, protocol, false)
                .map_err(|why| StartError::of("endpoint", url, why))?,
        ),
        Some(Endpoint::Metrics(url)) => Some(
            parse(url, protocol, false)
                .map_err(|why| StartError::of("metrics endpoint", url, why))?,
        ),
        None => {
            let insecure = match protocol {
                Protocol::HttpProtobuf => false,
                #[cfg(feature = "grpc")]
                Protocol::Grpc => named("INSECURE").iter().any(|name| variables.is_true(name)),
            };
            let [metrics, all] = named("ENDPOINT");
            variables
                .first(&[metrics], |url| parse(url, protocol, insecure))
                .or_else(|| variables.first(&[all], |url| at_collector(url, protocol, insecure)))
        }
    };
    let endpoint = said.unwrap_or_else(|| match protocol {
        Protocol::HttpProtobuf => Uri::from_static(HTTP),
        #[cfg(feature = "grpc")]
        Protocol::Grpc => Uri::from_static(GRPC),
    });
    if endpoint.scheme_str() == Some("https") && !cfg!(feature = "tls") {
        return Err(StartError::no_tls(&endpoint));
    }
    Ok(endpoint)
}

/// Returns the URL for metrics of the collector with base URL `url`.
fn at_collector(url: &str, protocol: Protocol, insecure: bool) -> Result<Uri, String> {
    let uri = parse(url, protocol, insecure)?;
    match protocol {
        Protocol::HttpProtobuf => {
            let path = format!("{}/v1/metrics", uri.path().trim_end_matches('/'));
            let mut parts = uri.into_parts();
            parts.path_and_query =
                Some(PathAndQuery::try_from(path).map_err(|error| error.to_string())?);
            Uri::from_parts(parts).map_err(|error| error.to_string())
        }
        #[cfg(feature = "grpc")]
        Protocol::Grpc => Ok(uri),
    }
}

fn parse(url: &str, protocol: Protocol, insecure: bool) -> Result<Uri, String> {
    let example = match protocol {
        Protocol::HttpProtobuf => "http://localhost:4318",
        #[cfg(feature = "grpc")]
        Protocol::Grpc => GRPC,
    };
    let wrong = || format!("write a URL such as {example}");
    let url = match protocol {
        Protocol::HttpProtobuf => url.to_owned(),
        // The usual notation for gRPC endpoints, `host:port`, has no scheme.
        #[cfg(feature = "grpc")]
        Protocol::Grpc if !url.contains("://") => {
            format!("{}://{url}", if insecure { "http" } else { "https" })
        }
        #[cfg(feature = "grpc")]
        Protocol::Grpc => url.to_owned(),
    };
    let _ = insecure;
    let uri: Uri = url.parse().map_err(|_| wrong())?;
    let has_scheme = matches!(uri.scheme_str(), Some("http" | "https"));
    let authority = uri.authority().ok_or_else(wrong)?;
    if url.matches('@').count() > authority.as_str().matches('@').count() {
        // Text before the `@` may be a password, and `redacted` would take it for the host.
        return Err(
            "percent-encode @ in a path, and / ? # in a password: %40 %2F %3F %23".to_owned(),
        );
    }
    let behind_user = authority.as_str().rsplit('@').next().unwrap_or_default();
    let behind_host = behind_user.strip_prefix(authority.host());
    let port_is_right = match behind_host {
        Some("") => true,
        Some(_) => authority.port_u16().is_some(),
        None => false,
    };
    if !has_scheme || authority.host().is_empty() || !port_is_right {
        return Err(wrong());
    }
    Ok(uri)
}
