//! Parts of answers: functions, their numbers, callers and callees.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::{
    calls::{Caller, Calls, Counts, Distribution, Name},
    source::{Catalog, Place},
    suspects::{Measure, Suspect},
    text::{quoted, rounded},
};

/// Maximum length of a name in an answer, in characters.
const NAME: usize = 160;
/// Maximum number of error kinds in an answer.
const KINDS: usize = 8;

/// Observed calls of a window, with the places of the functions.
#[derive(Clone, Copy)]
pub(super) struct Rows<'a> {
    pub(super) calls: &'a Calls,
    pub(super) catalog: &'a Catalog,
    /// `true` if the time of each edge was measured, and is not that of the mean call of the callee.
    pub(super) has_time_by_caller: bool,
}

/// Returns the name of a function, with its place if it is known.
pub(super) fn place(catalog: &Catalog, name: &Name) -> Map<String, Value> {
    let mut fields = Map::new();
    fields.insert("function".to_owned(), json!(shown(name)));
    let position = catalog.find(name).and_then(Place::position);
    fields.insert("at".to_owned(), json!(position.map(|it| quoted(&it, NAME))));
    fields
}

pub(super) fn shown(name: &Name) -> String {
    quoted(&name.to_string(), NAME)
}

/// Returns the numbers of calls in `seconds`.
pub(super) fn numbers(
    counts: Counts,
    seconds: f64,
    latencies: Option<&Distribution>,
) -> Map<String, Value> {
    let optional = |number: Option<f64>| json!(number.map(rounded));
    let per_second = if seconds > 0.0 {
        counts.calls / seconds
    } else {
        0.0
    };
    let mut fields = Map::new();
    // Nothing was observed, which is not the same as no calls.
    if seconds <= 0.0 && counts.calls <= 0.0 {
        return fields;
    }
    let mut add = |name: &str, value: Value| fields.insert(name.to_owned(), value);
    add("calls", json!(rounded_count(counts.calls)));
    if counts.calls <= 0.0 {
        return fields;
    }
    add("calls_per_second", json!(rounded(per_second)));
    add("error_ratio", optional(counts.error_ratio()));
    add("mean_seconds", optional(counts.mean_seconds()));
    if let Some(latencies) = latencies.filter(|it| it.count() > 0.0) {
        for (name, q) in [
            ("p50_seconds", 0.5),
            ("p95_seconds", 0.95),
            ("p99_seconds", 0.99),
        ] {
            if let Some(quantile) = latencies.known_quantile(q) {
                add(name, json!(rounded(quantile)));
            }
        }
    }
    fields
}

/// Rounds a count to a whole number.
pub(super) fn rounded_count(count: f64) -> u64 {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "saturates"
    )]
    {
        count.max(0.0).round() as u64
    }
}

/// Returns errors by kind, those with the most first.
pub(super) fn kinds(kinds: &BTreeMap<String, f64>) -> Value {
    let mut sorted: Vec<_> = kinds.iter().filter(|(_, errors)| **errors > 0.0).collect();
    sorted.sort_by(|a, b| b.1.total_cmp(a.1).then(a.0.cmp(b.0)));
    let shown = sorted.iter().take(KINDS).map(|(kind, errors)| {
        let kind = if kind.is_empty() {
            "(no kind)".to_owned()
        } else {
            quoted(kind, 60)
        };
        json!({"kind": kind, "errors": rounded_count(**errors)})
    });
    shown.collect()
}

impl Rows<'_> {
    /// Returns the callers of a function: those that called it, by calls, then those in its code.
    pub(super) fn callers(self, name: &Name) -> Vec<Value> {
        let place = self.calls.find(name);
        let edges = self.calls.edges.iter();
        let edges = edges.filter(|edge| Some(edge.callee) == place);
        let edges = edges.filter(|edge| edge.counts.calls > 0.0);
        let mut edges: Vec<_> = edges.collect();
        edges.sort_by(|a, b| {
            b.counts
                .calls
                .total_cmp(&a.counts.calls)
                .then(a.caller.cmp(&b.caller))
        });
        let mut seen = Vec::new();
        let mut rows: Vec<_> = edges
            .into_iter()
            .map(|edge| {
                let mut row = match &edge.caller {
                    Caller::Function(caller) => {
                        let caller = &self.calls.functions[*caller].name;
                        seen.push(caller);
                        self.place(caller)
                    }
                    Caller::Remote(service, name) => Map::from_iter([
                        ("function".to_owned(), json!(shown(name))),
                        ("service".to_owned(), json!(quoted(service, 80))),
                    ]),
                    Caller::Uninstrumented => label("(not instrumented)"),
                    Caller::Overflow => label("(beyond the cardinality limit)"),
                };
                row.extend(self.edge_numbers(edge.counts));
                Value::Object(row)
            })
            .collect();
        let in_code = self
            .catalog
            .places
            .iter()
            .filter(|it| it.calls.contains(name));
        for caller in in_code.filter(|it| !seen.contains(&&it.name)) {
            let mut row = self.place(&caller.name);
            row.extend(numbers(Counts::default(), self.calls.seconds, None));
            rows.push(Value::Object(row));
        }
        rows
    }

    /// Returns the callees of a function: those that were called, by time, then those in its code.
    pub(super) fn callees(self, name: &Name) -> Vec<Value> {
        let place = self.calls.find(name);
        let edges = self.calls.edges.iter();
        let edges = edges.filter(
            |edge| matches!(edge.caller, Caller::Function(caller) if Some(caller) == place),
        );
        let mut edges: Vec<_> = edges.filter(|edge| edge.counts.calls > 0.0).collect();
        edges.sort_by(|a, b| {
            b.counts
                .seconds
                .total_cmp(&a.counts.seconds)
                .then(a.callee.cmp(&b.callee))
        });
        let mut seen = Vec::new();
        let mut rows: Vec<_> = edges
            .into_iter()
            .map(|edge| {
                let callee = &self.calls.functions[edge.callee].name;
                seen.push(callee);
                let mut row = self.place(callee);
                row.extend(self.edge_numbers(edge.counts));
                Value::Object(row)
            })
            .collect();
        let in_code = self
            .catalog
            .find(name)
            .map(|place| &place.calls[..])
            .unwrap_or_default();
        for callee in in_code.iter().filter(|callee| !seen.contains(callee)) {
            let mut row = self.place(callee);
            row.extend(numbers(Counts::default(), self.calls.seconds, None));
            rows.push(Value::Object(row));
        }
        rows
    }

    /// Returns the flows of a function with their share of its calls, the greatest first.
    pub(super) fn flows(self, name: &Name) -> Vec<Value> {
        let place = self.calls.find(name);
        let flows = self
            .calls
            .flows
            .iter()
            .filter(|flow| Some(flow.function) == place);
        let mut flows: Vec<_> = flows.filter(|flow| flow.counts.calls > 0.0).collect();
        flows.sort_by(|a, b| {
            b.counts
                .calls
                .total_cmp(&a.counts.calls)
                .then(a.flow.cmp(&b.flow))
        });
        let all: f64 = flows.iter().map(|flow| flow.counts.calls).sum();
        let rows = flows.into_iter().map(|flow| {
            json!({
                "flow": quoted(&flow.flow, NAME),
                "share_of_calls": rounded(flow.counts.calls / all),
                "error_ratio": flow.counts.error_ratio().map(rounded),
            })
        });
        rows.collect()
    }

    /// Returns the numbers of an edge, without times that are those of all callers.
    fn edge_numbers(self, counts: Counts) -> Map<String, Value> {
        let mut fields = numbers(counts, self.calls.seconds, None);
        if !self.has_time_by_caller {
            fields.remove("mean_seconds");
        }
        fields
    }

    fn place(self, name: &Name) -> Map<String, Value> {
        place(self.catalog, name)
    }
}

fn label(text: &str) -> Map<String, Value> {
    Map::from_iter([("function".to_owned(), json!(text))])
}

/// Returns a suspect with the path to it.
pub(super) fn suspect(catalog: &Catalog, found: &Suspect) -> Value {
    let mut row = place(catalog, found.function());
    let sli = found.start.measure.sli();
    let path = found.path.iter().map(|station| {
        let mut row = place(catalog, &station.function);
        let unit = match found.start.measure {
            Measure::Errors => "errors_per_second",
            Measure::Time => "busy_seconds_per_second",
        };
        row.insert(
            format!("{unit}_before"),
            json!(
                found
                    .observed_before
                    .then(|| rounded(station.before_per_second))
            ),
        );
        row.insert(
            format!("{unit}_now"),
            json!(rounded(station.now_per_second)),
        );
        row.insert("share_of_rise".to_owned(), json!(rounded(station.share)));
        if let Some(kind) = station.kind.as_deref().filter(|kind| !kind.is_empty()) {
            row.insert("kind".to_owned(), json!(quoted(kind, 60)));
        }
        Value::Object(row)
    });
    let path: Vec<_> = path.collect();
    row.insert("sli".to_owned(), json!(sli));
    row.insert(
        "explanation".to_owned(),
        json!(quoted(&found.explanation, 600)),
    );
    row.insert("objective".to_owned(), json!(found.start.objective));
    row.insert("burns".to_owned(), json!(found.start.burns));
    row.insert("score".to_owned(), json!(rounded(found.score)));
    row.insert("path".to_owned(), json!(path));
    Value::Object(row)
}
