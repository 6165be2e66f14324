//! Tool `evidence`: what a number is based on.

use autometrics_schema::{label, metric};
use serde::Deserialize;
use serde_json::{Value, json};
use slo_spec::{
    Decimal,
    promql::{Expr, Operator, Selector, SelectorError, Window},
};

use super::{
    arguments::{self, budget_schema},
    budget,
    event::{event_fields, reference},
    head, row,
    tool::Tool,
};
use crate::{
    calls::Name,
    source::{Catalog, Error, Source},
    text::{quoted, rounded},
};

/// Range of the rates in queries.
const RANGE: Window = Window::minutes(5);
/// Maximum number of values of a query in an answer.
const VALUES: usize = 50;
/// Quantities about which there are queries.
const QUANTITIES: [&str; 4] = ["calls", "errors", "latency", "callers"];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    r#ref: String,
    budget: Option<u64>,
}

pub(super) fn tool() -> Tool {
    Tool {
        name: "evidence",
        description: "Shows what an answer is based on. `ref` is an event's `ref`, `exemplars:FUNCTION` for calls in \
                      sampled traces, or `calls:`, `errors:`, `latency:` or `callers:FUNCTION` for the PromQL.",
        input_schema: arguments::schema(
            &json!({"ref": {"type": "string"}, "budget": budget_schema()}),
            &["ref"],
        ),
        output_schema: head::schema(
            &json!({"ref": {"type": "string"}, "evidence": {"type": "object"}}),
        ),
    }
}

pub(super) fn call(source: &dyn Source, arguments: &Value) -> Result<Value, Error> {
    let arguments: Arguments = arguments::read(arguments)?;
    let reference = arguments.r#ref.trim();
    let (kind, of) = reference.split_once(':').unwrap_or((reference, ""));
    let catalog = source.catalog()?;
    let evidence = match kind {
        "event" => event(source, &catalog, reference)?,
        "exemplars" => exemplars(source, &catalog, &function(&catalog, of)?)?,
        kind if QUANTITIES.contains(&kind) => {
            query(source, &catalog, kind, &function(&catalog, of)?)?
        }
        _ => {
            let shown = quoted(reference, 80);
            return Err(Error::question(format!(
                "unknown reference `{shown}`; write the `ref` of an event, or `exemplars:`, `calls:`, \
                 `errors:`, `latency:` or `callers:` with a function"
            )));
        }
    };
    let mut answer = head::fields(source, None)?;
    answer.insert("ref".to_owned(), json!(quoted(reference, 300)));
    answer.insert("evidence".to_owned(), evidence);
    let cuts = ["evidence.values", "evidence.exemplars", "evidence.callers"];
    Ok(budget::fit(Value::Object(answer), arguments.budget, &cuts))
}

fn function(catalog: &Catalog, text: &str) -> Result<Name, Error> {
    let found = catalog.search(text)?;
    match found.places[..] {
        [one] => Ok(one.name.clone()),
        ref many => {
            let names: Vec<_> = many.iter().take(8).map(|it| it.name.to_string()).collect();
            Err(Error::question(format!(
                "`{}` is several functions: {}; name one",
                quoted(text, 80),
                names.join(", ")
            )))
        }
    }
}

fn event(source: &dyn Source, catalog: &Catalog, wanted: &str) -> Result<Value, Error> {
    let events = source.events()?;
    let event = events.iter().find(|event| reference(event) == wanted).ok_or_else(|| {
        let shown = quoted(wanted, 200);
        Error::question(format!(
            "no event `{shown}`: events are replaced by newer ones; `search` lists those that are kept"
        ))
    })?;
    let mut fields = row::place(catalog, &event.function);
    fields.extend(event_fields(event));
    fields.insert("result".to_owned(), json!(event.result));
    fields.insert("span_id".to_owned(), json!(event.span_id));
    fields.insert("suppressed_before".to_owned(), json!(event.suppressed));
    Ok(Value::Object(fields))
}

fn exemplars(source: &dyn Source, catalog: &Catalog, name: &Name) -> Result<Value, Error> {
    let exemplars = source.exemplars(name)?;
    let rows = exemplars.iter().map(|it| {
        json!({
            "trace_id": it.trace_id,
            "span_id": it.span_id,
            "duration_seconds": rounded(it.seconds),
            "ended_unix_seconds": it.at,
        })
    });
    let rows: Vec<_> = rows.collect();
    let mut fields = row::place(catalog, name);
    if rows.is_empty() {
        let note =
            "no call in a sampled trace: the program has no trace source, or no trace was sampled";
        fields.insert("note".to_owned(), json!(note));
    }
    fields.insert("exemplars".to_owned(), json!(rows));
    Ok(Value::Object(fields))
}

fn query(
    source: &dyn Source,
    catalog: &Catalog,
    quantity: &str,
    name: &Name,
) -> Result<Value, Error> {
    let service = source.origin()?.service;
    let query = promql(quantity, &service, name)
        .map_err(|error| Error::source(format!("no query for this function: {error}")))?
        .to_string();
    let values = source.evaluate(&query)?;
    let mut fields = row::place(catalog, name);
    fields.insert("promql".to_owned(), json!(query));
    if let Some(values) = values {
        let values = values.iter().take(VALUES).map(|sample| {
            let labels: serde_json::Map<_, _> = sample
                .labels
                .iter()
                .map(|(name, value)| (quoted(name, 60), json!(quoted(value, 200))))
                .collect();
            json!({"labels": labels, "value": rounded(sample.value)})
        });
        fields.insert("values".to_owned(), values.collect());
    }
    Ok(Value::Object(fields))
}

/// Returns the query for a quantity of a function, over five minutes: `calls`, `errors`, `callers`,
/// and `latency` for anything else. With an empty `service`, it is about all services.
///
/// # Errors
///
/// Returns an error if a name cannot be written in a query.
pub fn promql(quantity: &str, service: &str, name: &Name) -> Result<Expr, SelectorError> {
    let of = |metric: &str| {
        let selector = Selector::new(metric)?
            .equal(label::FUNCTION, &name.function)?
            .equal(label::MODULE, &name.module)?;
        if service.is_empty() {
            return Ok(selector);
        }
        selector.equal(label::SERVICE_NAME, service)
    };
    let calls = of(metric::CALLS.name)?;
    Ok(match quantity {
        "calls" => Expr::rate(calls, RANGE).sum_by([label::RESULT]),
        "errors" => {
            let errors = Expr::rate(calls.clone().equal(label::RESULT, "error")?, RANGE);
            let all = Expr::rate(calls, RANGE).sum();
            let all = all.join(Operator::Greater, Expr::integer(0));
            errors
                .sum_by([label::ERROR])
                .join(Operator::Divide, Expr::Call("scalar", vec![all]))
        }
        "callers" => {
            Expr::rate(calls, RANGE).sum_by([label::CALLER_FUNCTION, label::CALLER_MODULE])
        }
        _ => {
            let q = Decimal::new(95, 2);
            let native = Expr::rate(of(metric::DURATION.name)?, RANGE).sum();
            let classic = of(&format!("{}_bucket", metric::DURATION.name))?;
            let classic = Expr::rate(classic, RANGE).sum_by([label::LE]);
            native
                .histogram_quantile(q)
                .join(Operator::Or, classic.histogram_quantile(q))
        }
    })
}
