//! Queries the calls that a Prometheus has seen, by its HTTP API.

mod address;
mod client;
mod connection;
#[cfg(feature = "https")]
mod tls;

use std::collections::BTreeSet;

use autometrics_schema::{label, metric};
use clap::Args;
use serde::Deserialize;
use slo_spec::{
    Decimal,
    promql::{Expr, Operator, Selector, SelectorError, Window},
};

pub use self::connection::Connection;
pub(crate) use self::{address::encoded, client::Client};
use crate::{Error, error::Kind, output};

/// Options that select a Prometheus and the calls to query.
#[derive(Clone, Debug, Args)]
pub struct Source {
    /// Prometheus and service.
    #[command(flatten)]
    pub connection: Connection,

    /// Time range of the query
    #[arg(long, value_name = "DURATION", default_value = "5m", requires = "from")]
    pub window: Window,
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
        if self.connection.from.is_none() {
            return Ok(None);
        }
        let client = self.connection.client()?;
        let query = self.promql().map_err(|source| Kind::Query { source })?;
        let data: Data = client.request("/api/v1/query", &[("query", &query.to_string())])?;
        let rows = data.result.into_iter();
        let mut observations: Vec<_> = rows.filter_map(Row::observation).collect();
        // The sum of rates depends on their order.
        observations.sort_by(|one, other| one.labels().cmp(&other.labels()));
        let calls = observations.iter();
        let calls = calls.filter(|one| one.quantity == Quantity::Rate);
        let services: BTreeSet<_> = calls.map(|one| &one.service_name).collect();
        if self.connection.service.is_empty() && services.len() > 1 {
            return Err(Kind::Services {
                url: client.url().to_owned(),
                services: services.into_iter().cloned().collect(),
            }
            .into());
        }
        if observations.is_empty() {
            output::report(&format!("warning: {}", self.silence(client.url())));
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
            if !self.connection.service.is_empty() {
                calls = calls.one_of(label::SERVICE_NAME, &self.connection.service)?;
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
        let of = match &self.connection.service[..] {
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
