//! PromQL queries about a function.

use autometrics_schema::{label, metric};
use serde::Serialize;

use crate::history::Function;

/// Query for a Prometheus server.
#[derive(Debug, Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
pub(crate) struct Query {
    /// Title of the result.
    title: &'static str,
    /// The query in PromQL.
    query: String,
}

/// Returns the queries for the charts on the function's page.
pub(super) fn queries(service: &str, function: &Function) -> Vec<Query> {
    let of = format!(
        "{}={},{}={},{}={}",
        label::FUNCTION,
        quoted(&function.name),
        label::MODULE,
        quoted(&function.module),
        label::SERVICE_NAME,
        quoted(service)
    );
    let (calls, duration) = (metric::CALLS.name, metric::DURATION.name);
    let (result, error) = (label::RESULT, label::ERROR);
    let all = format!("sum(rate({calls}{{{of}}}[5m]))");
    let errors = format!("sum(rate({calls}{{{of},{result}=\"error\"}}[5m]))");
    // Native histograms are finer than classic buckets, so their result takes precedence if
    // Prometheus has them.
    let quantile = |q: &str| {
        let native = format!("sum(rate({duration}{{{of}}}[5m]))");
        let classic = format!(
            "sum by ({}) (rate({duration}_bucket{{{of}}}[5m]))",
            label::LE
        );
        format!("histogram_quantile({q}, {native}) or histogram_quantile({q}, {classic})")
    };
    let query = |title, query| Query { title, query };
    let mut queries = vec![
        query(
            "calls per second, by result",
            format!("sum by ({result}) (rate({calls}{{{of}}}[5m]))"),
        ),
        query("error ratio", format!("{errors} / ({all} > 0)")),
        query(
            "errors per second, by error kind",
            format!("sum by ({error}) (rate({calls}{{{of},{result}=\"error\"}}[5m]))"),
        ),
        query("median latency", quantile("0.5")),
        query("95th percentile of the latency", quantile("0.95")),
        query("99th percentile of the latency", quantile("0.99")),
        query(
            "calls per second, by caller",
            format!(
                "sum by ({}, {}) (rate({calls}{{{of}}}[5m]))",
                label::CALLER_FUNCTION,
                label::CALLER_MODULE
            ),
        ),
    ];
    if function.in_flight.is_some() {
        let concurrent = metric::CONCURRENT.name;
        queries.push(query(
            "calls in flight",
            format!("sum({concurrent}{{{of}}})"),
        ));
    }
    queries
}

/// Formats `text` as a PromQL string.
fn quoted(text: &str) -> String {
    let text = text
        .replace('\\', r"\\")
        .replace('"', "\\\"")
        .replace('\n', r"\n");
    format!("\"{text}\"")
}
