//! Requests to the HTTP API of a Prometheus.

use std::{fmt, time::Duration};

use serde::{Deserialize, de::DeserializeOwned};
use ureq::http::{HeaderName, HeaderValue, Response, header::LOCATION};

use super::address::{Address, encoded, origin, shown};
#[cfg(feature = "https")]
use super::tls;
use crate::{Error, error::Kind};

/// Timeout of a request with its answer. A query over many series takes some seconds; a dead server
/// never answers.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// Maximum size of an answer in bytes, enough for a hundred thousand edges.
const SIZE_LIMIT: u64 = 64 << 20;
/// Maximum number of redirects that are followed, all on the same server.
const MOST_REDIRECTS: u32 = 5;
/// Length of parameters, in bytes, above which they are sent in the body: proxies limit URLs to 8 KiB
/// and less.
const LONGEST_URL: usize = 4_000;

/// A Prometheus, with the headers of all requests.
pub(crate) struct Client {
    address: Address,
    /// The URL without secrets, for messages.
    url: String,
    headers: Vec<(HeaderName, HeaderValue)>,
    agent: ureq::Agent,
}

/// Formats without headers and passwords.
impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// Answer of Prometheus (HTTP API, "Format overview").
#[derive(Deserialize)]
#[serde(tag = "status", rename_all = "lowercase")]
enum Answer<D> {
    Success { data: D },
    Error { error: String },
}

impl Client {
    /// Creates a client; sends nothing.
    ///
    /// # Errors
    ///
    /// Returns an error if the URL or a header is invalid, or if the system has no certificates.
    pub(crate) fn new(url: &str, headers: &[String]) -> Result<Self, Error> {
        let address = Address::parse(url)?;
        let config = ureq::Agent::config_builder()
            .timeout_global(Some(TIME_LIMIT))
            // The body has Prometheus' description of an error.
            .http_status_as_error(false)
            // Headers and passwords are for the given server only.
            .max_redirects(0)
            .max_redirects_will_error(false)
            .user_agent(concat!("cargo-autometrics/", env!("CARGO_PKG_VERSION")));
        #[cfg(feature = "https")]
        let config = if address.origin.starts_with("https://") {
            config.tls_config(tls::config()?)
        } else {
            config
        };
        Ok(Self {
            address,
            url: shown(url),
            headers: parse(headers)?,
            agent: config.build().new_agent(),
        })
    }

    /// Returns the URL without secrets.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    /// Requests `path`, such as `/api/v1/query`, and returns the data of the answer.
    ///
    /// # Errors
    ///
    /// Returns an error if Prometheus does not answer, or not as Prometheus does, or refuses.
    pub(crate) fn request<D: DeserializeOwned>(
        &self,
        path: &str,
        parameters: &[(&str, &str)],
    ) -> Result<D, Error> {
        let parameters: Vec<_> = parameters
            .iter()
            .map(|(name, value)| format!("{name}={}", encoded(value)))
            .collect();
        let parameters = parameters.join("&");
        let path = format!("{}{path}", self.address.path);
        let mut answer = if parameters.len() > LONGEST_URL {
            self.send(&path, Some(&parameters))?
        } else {
            self.send(&format!("{path}?{parameters}"), None)?
        };
        let status = answer.status();
        let body = answer.body_mut().with_config().limit(SIZE_LIMIT);
        let body = body
            .read_to_vec()
            .map_err(|error| self.unreachable(error))?;
        let url = || self.url.clone();
        match serde_json::from_slice::<Answer<D>>(&body) {
            Ok(Answer::Success { data }) => Ok(data),
            Ok(Answer::Error { error }) => Err(Kind::Refused {
                url: url(),
                said: error,
            }
            .into()),
            Err(error) => Err(Kind::NotPrometheus {
                url: url(),
                said: if status.is_success() {
                    error.to_string()
                } else {
                    format!("status {status}")
                },
            }
            .into()),
        }
    }

    /// Sends a request, and follows redirects on the same server. With a `form`, it is a POST.
    fn send(&self, target: &str, form: Option<&str>) -> Result<Response<ureq::Body>, Error> {
        let mut target = target.to_owned();
        let mut redirects = 0;
        loop {
            let url = self.address.url(&target);
            let answer = match form {
                None => {
                    let request = self
                        .headers
                        .iter()
                        .fold(self.agent.get(url), |request, it| {
                            request.header(&it.0, &it.1)
                        });
                    request.call()
                }
                Some(form) => {
                    let request = self
                        .headers
                        .iter()
                        .fold(self.agent.post(url), |request, it| {
                            request.header(&it.0, &it.1)
                        });
                    request
                        .content_type("application/x-www-form-urlencoded")
                        .send(form)
                }
            };
            let answer = answer.map_err(|error| self.unreachable(error))?;
            let location = answer.headers().get(LOCATION);
            let location = location.filter(|_| answer.status().is_redirection());
            let Some(location) = location.and_then(|value| value.to_str().ok()) else {
                return Ok(answer);
            };
            redirects += 1;
            target = match self.address.follow(&target, location) {
                Some(_) if redirects > MOST_REDIRECTS => return Ok(answer),
                Some(target) => target,
                None => {
                    return Err(Kind::Elsewhere {
                        url: self.url.clone(),
                        origin: origin(location),
                    }
                    .into());
                }
            };
        }
    }

    fn unreachable(&self, error: ureq::Error) -> Error {
        let said = match error {
            ureq::Error::Timeout(_) => {
                format!("the request took longer than {} s", TIME_LIMIT.as_secs())
            }
            ureq::Error::HostNotFound => "the host is unknown".to_owned(),
            ureq::Error::Io(error) => error.to_string(),
            // Its text has the URL, which may contain a password.
            ureq::Error::BadUri(_) => "the URL is malformed".to_owned(),
            other => other.to_string(),
        };
        Kind::Unreachable {
            url: self.url.clone(),
            said,
        }
        .into()
    }
}

/// Parses the headers. Their values are secrets, so no error contains them.
fn parse(given: &[String]) -> Result<Vec<(HeaderName, HeaderValue)>, Error> {
    let mut headers = Vec::new();
    for (number, header) in (1..).zip(given) {
        let which = if given.len() == 1 {
            "the".to_owned()
        } else {
            format!("number {number} of {}", given.len())
        };
        let wrong = |said| Kind::Header {
            which: which.clone(),
            said,
        };
        let (name, value) = header
            .split_once(':')
            .ok_or_else(|| wrong("has no colon"))?;
        let name = HeaderName::from_bytes(name.trim().as_bytes())
            .map_err(|_| wrong("has an invalid name"))?;
        let mut value =
            HeaderValue::from_str(value.trim()).map_err(|_| wrong("has an invalid value"))?;
        value.set_sensitive(true);
        headers.push((name, value));
    }
    Ok(headers)
}
