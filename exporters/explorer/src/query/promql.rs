//! PromQL queries about a function.

use autometrics_schema::{label, metric};
use serde::Serialize;
use slo_spec::{
    Decimal,
    promql::{Expr, Operator, Selector, SelectorError, Window},
};

use crate::history::Function;

/// Range of the rates.
const RANGE: Window = Window::minutes(5);

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
///
/// # Errors
///
/// Returns an error if a name of a metric or label is invalid. All of them are constants of
/// `autometrics-schema`, and the tests format every query.
pub(super) fn queries(service: &str, function: &Function) -> Result<Vec<Query>, SelectorError> {
    let of = |metric: &str| {
        Selector::new(metric)?
            .equal(label::FUNCTION, &function.name)?
            .equal(label::MODULE, &function.module)?
            .equal(label::SERVICE_NAME, service)
    };
    let calls = Expr::rate(of(metric::CALLS.name)?, RANGE);
    let errors = of(metric::CALLS.name)?.equal(label::RESULT, "error")?;
    let errors = Expr::rate(errors, RANGE);
    // Without calls the result is empty, instead of 0/0.
    let all = calls
        .clone()
        .sum()
        .join(Operator::Greater, Expr::integer(0));
    let native = Expr::rate(of(metric::DURATION.name)?, RANGE).sum();
    let classic = of(&format!("{}_bucket", metric::DURATION.name))?;
    let classic = Expr::rate(classic, RANGE).sum_by([label::LE]);
    // Native histograms are finer than classic buckets, so their result takes precedence if
    // Prometheus has them.
    let quantile = |percent| {
        let q = Decimal::new(percent, 2);
        native
            .clone()
            .histogram_quantile(q)
            .join(Operator::Or, classic.clone().histogram_quantile(q))
    };
    let mut queries = vec![
        (
            "calls per second, by result",
            calls.clone().sum_by([label::RESULT]),
        ),
        (
            "error ratio",
            errors.clone().sum().join(Operator::Divide, all),
        ),
        (
            "errors per second, by error kind",
            errors.sum_by([label::ERROR]),
        ),
        ("median latency", quantile(50)),
        ("95th percentile of the latency", quantile(95)),
        ("99th percentile of the latency", quantile(99)),
        (
            "calls per second, by caller",
            calls.sum_by([label::CALLER_FUNCTION, label::CALLER_MODULE]),
        ),
    ];
    if function.in_flight.is_some() {
        let concurrent = Expr::from(of(metric::CONCURRENT.name)?);
        queries.push(("calls in flight", concurrent.sum()));
    }
    let query = |(title, expr): (_, Expr)| Query {
        title,
        query: expr.to_string(),
    };
    Ok(queries.into_iter().map(query).collect())
}
