//! Queries the calls that a Prometheus has seen, by its HTTP API.

mod address;
#[cfg(feature = "https")]
mod tls;

use std::{collections::BTreeSet, time::Duration};

use autometrics_schema::{label, metric};
use clap::Args;
use serde::Deserialize;
use slo_spec::{
    Decimal,
    promql::{Expr, Operator, Selector, SelectorError, Window},
};
use ureq::http::{HeaderName, HeaderValue, header::LOCATION};

use self::address::{Address, encoded, origin, shown};
use crate::{Error, error::Kind, output, service};

/// Timeout of a request with its answer. A query over many series takes some seconds; a dead server
/// never answers.
const TIME_LIMIT: Duration = Duration::from_secs(30);
/// Maximum size of an answer in bytes, enough for a hundred thousand edges.
const SIZE_LIMIT: u64 = 64 << 20;

/// Maximum number of redirects that are followed, all on the same server.
const MOST_REDIRECTS: u32 = 5;

/// Options that select a Prometheus and the calls to query.
#[derive(Clone, Debug, Args)]
pub struct Source {
    /// URL of a Prometheus whose calls are added, such as `http://localhost:9090`
    #[arg(long, value_name = "PROMETHEUS_URL")]
    pub from: Option<String>,

    /// Time range of the query
    #[arg(long, value_name = "DURATION", default_value = "5m", requires = "from")]
    pub window: Window,

    /// Only calls of this service, by its `service_name`; can be given more than once
    #[arg(long, value_name = "NAME", requires = "from")]
    pub service: Vec<String>,

    /// HTTP header for Prometheus, such as `X-Scope-OrgID: team`; can be given more than once
    // Clap does not parse it, because clap would print a secret that is malformed.
    #[arg(long, value_name = "NAME: VALUE", requires = "from")]
    pub header: Vec<String>,
}

/// Calls of one function by one caller with one result, or a latency of such calls.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Observation {
    /// Function that was called, as in the label `function`.
    pub function: String,
    /// Module of that function.
    pub module: String,
    /// Instrumented caller; empty if there is none.
    pub caller_function: String,
    /// Module of the caller.
    pub caller_module: String,
    /// Result, `ok` or `error`; empty for a latency.
    pub result: String,
    /// Name of the service, as in the label `service_name`; empty for a latency.
    pub service_name: String,
    /// Meaning of the value.
    #[serde(rename = "autometrics_quantity")]
    pub quantity: Quantity,
    /// Value in calls per second or in seconds, according to `quantity`.
    #[serde(skip)]
    pub value: f64,
}

/// Meaning of an observed value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
#[non_exhaustive]
pub enum Quantity {
    /// Calls per second.
    #[default]
    Rate,
    /// 95th percentile of latencies, in seconds.
    P95,
}

impl Observation {
    fn labels(&self) -> [&str; 6] {
        [
            &self.module,
            &self.function,
            &self.caller_module,
            &self.caller_function,
            &self.result,
            &self.service_name,
        ]
    }
}

impl Source {
    /// Queries Prometheus; returns `None` without `--from`.
    ///
    /// # Errors
    ///
    /// Returns an error if Prometheus does not answer, or not as Prometheus does, if an option is
    /// invalid, or if Prometheus has calls of several services and `--service` selects none.
    pub fn query(&self) -> Result<Option<Vec<Observation>>, Error> {
        let Some(url) = &self.from else {
            return Ok(None);
        };
        service::check(&self.service)?;
        let query = self.promql().map_err(|source| Kind::Query { source })?;
        let mut observations = ask(url, &query.to_string(), &headers(&self.header)?)?;
        // The sum of rates depends on their order.
        observations.sort_by(|one, other| one.labels().cmp(&other.labels()));
        let calls = observations.iter();
        let calls = calls.filter(|one| one.quantity == Quantity::Rate);
        let services: BTreeSet<_> = calls.map(|one| &one.service_name).collect();
        if self.service.is_empty() && services.len() > 1 {
            return Err(Kind::Services {
                url: shown(url),
                services: services.into_iter().cloned().collect(),
            }
            .into());
        }
        if observations.is_empty() {
            output::report(&format!("warning: {}", self.silence(&shown(url))));
        }
        Ok(Some(observations))
    }

    /// Returns one query for everything, so that all values are of the same moment.
    fn promql(&self) -> Result<Expr, SelectorError> {
        let labels = [
            label::FUNCTION,
            label::MODULE,
            label::CALLER_FUNCTION,
            label::CALLER_MODULE,
            label::RESULT,
            label::SERVICE_NAME,
        ];
        let [function, module, caller_function, caller_module, ..] = labels;
        let rate = |metric: &str| {
            let mut calls = Selector::new(metric)?;
            if !self.service.is_empty() {
                calls = calls.one_of(label::SERVICE_NAME, &self.service)?;
            }
            Ok(Expr::rate(calls, self.window))
        };
        let above_zero = |expr: Expr| expr.join(Operator::Greater, Expr::integer(0));
        let rates = above_zero(rate(metric::CALLS.name)?.sum_by(labels));
        // Native histograms only: below the first bound of a classic histogram, a quantile is a
        // guess.
        let p95 = |buckets: Expr| buckets.histogram_quantile(Decimal::new(95, 2));
        let of_functions = p95(rate(metric::DURATION.name)?.sum_by([function, module]));
        let pair = [function, module, caller_function, caller_module];
        let of_pairs = p95(rate(metric::DURATION_BY_CALLER.name)?.sum_by(pair));
        let mut arguments = vec![above_zero(of_functions.join(Operator::Or, of_pairs))];
        let texts = ["autometrics_quantity", "p95", "", ""];
        arguments.extend(texts.map(|text| Expr::Text(text.to_owned())));
        Ok(rates.join(Operator::Or, Expr::Call("label_replace", arguments)))
    }

    fn silence(&self, url: &str) -> String {
        let window = &self.window;
        let of = match &self.service[..] {
            [] => String::new(),
            some => format!(" of `{}`", some.join("`, `")),
        };
        format!(
            "Prometheus at `{url}` has seen no call{of} within {window}: \
             check that the program is scraped, and that `--service` has the value of its label `{}`",
            label::SERVICE_NAME
        )
    }
}

fn ask(
    url: &str,
    query: &str,
    headers: &[(HeaderName, HeaderValue)],
) -> Result<Vec<Observation>, Error> {
    let address = Address::parse(url)?;
    let url = &*shown(url);
    let unreachable = |error: ureq::Error| {
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
            url: url.to_owned(),
            said,
        }
    };
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
    let agent = config.build().new_agent();
    let mut target = format!("{}/api/v1/query?query={}", address.path, encoded(query));
    let mut redirects = 0;
    let mut answer = loop {
        let mut request = agent.get(address.url(&target));
        for (name, value) in headers {
            request = request.header(name, value);
        }
        let answer = request.call().map_err(unreachable)?;
        let location = answer.headers().get(LOCATION);
        let location = location.filter(|_| answer.status().is_redirection());
        let Some(location) = location.and_then(|value| value.to_str().ok()) else {
            break answer;
        };
        redirects += 1;
        target = match address.follow(&target, location) {
            Some(_) if redirects > MOST_REDIRECTS => break answer,
            Some(target) => target,
            None => {
                return Err(Kind::Elsewhere {
                    url: url.to_owned(),
                    origin: origin(location),
                }
                .into());
            }
        };
    };
    let status = answer.status();
    let body = answer.body_mut().with_config().limit(SIZE_LIMIT);
    let body = body.read_to_vec().map_err(unreachable)?;
    match serde_json::from_slice::<Answer>(&body) {
        Ok(Answer::Success { data }) => {
            let rows = data.result.into_iter().filter_map(Row::observation);
            Ok(rows.collect())
        }
        Ok(Answer::Error { error }) => Err(Kind::Refused {
            url: url.to_owned(),
            said: error,
        }
        .into()),
        Err(error) => Err(Kind::NotPrometheus {
            url: url.to_owned(),
            said: if status.is_success() {
                error.to_string()
            } else {
                format!("status {status}")
            },
        }
        .into()),
    }
}

/// Parses the headers. Their values are secrets, so no error contains them.
fn headers(given: &[String]) -> Result<Vec<(HeaderName, HeaderValue)>, Error> {
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

/// Answer of Prometheus (HTTP API, "Format overview" and "Instant queries").
#[derive(Deserialize)]
#[serde(tag = "status", rename_all = "lowercase")]
enum Answer {
    Success { data: Data },
    Error { error: String },
}

#[derive(Deserialize)]
struct Data {
    result: Vec<Row>,
}

#[derive(Deserialize)]
struct Row {
    metric: Observation,
    /// Unix time in seconds, and the value as text.
    value: (f64, String),
}

impl Row {
    fn observation(self) -> Option<Observation> {
        let value: f64 = self.value.1.parse().ok()?;
        let value = Some(value).filter(|value| value.is_finite() && *value > 0.0)?;
        Some(Observation {
            value,
            ..self.metric
        })
    }
}
