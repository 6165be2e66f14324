//! Tool `context`: what is known about a place in the code.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    arguments::{self, budget_schema, window_schema},
    budget,
    event::reference,
    head,
    row::{self, Rows},
    tool::Tool,
    walks,
};
use crate::{
    calls::Name,
    source::{Error, Place, Side, Source},
    suspects::Suspect,
    text::{quoted, rounded},
};

/// Maximum number of events of a function in an answer.
const EVENTS: usize = 3;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    place: String,
    window_seconds: Option<f64>,
    budget: Option<u64>,
}

pub(super) fn tool() -> Tool {
    Tool {
        name: "context",
        description: "Tells how the code at a place behaves in production: calls, error ratio and kinds, latency, \
                      callers, callees, flows, objectives, and suspects that involve it. Start here.",
        input_schema: arguments::schema(
            &json!({
                "place": {"type": "string", "description": "file, file:line, or function"},
                "window_seconds": window_schema(),
                "budget": budget_schema(),
            }),
            &["place"],
        ),
        output_schema: head::schema(&json!({
            "functions": head::rows(),
            "suspects": head::rows(),
        })),
    }
}

pub(super) fn call(source: &dyn Source, arguments: &Value) -> Result<Value, Error> {
    let arguments: Arguments = arguments::read(arguments)?;
    let window = arguments::window(arguments.window_seconds)?;
    let catalog = source.catalog()?;
    let found = catalog.search(&arguments.place)?;
    let calls = source.calls(&Side::last(window))?;
    let rows = Rows {
        calls: &calls,
        catalog: &catalog,
        has_time_by_caller: source.origin()?.time_by_caller,
    };
    let names: Vec<_> = found.places.iter().map(|place| &place.name).collect();
    let suspects = walks::suspects(source, window)?;
    let about = |it: &&Suspect| {
        it.path
            .iter()
            .any(|station| names.contains(&&station.function))
    };
    let suspects: Vec<_> = suspects.iter().filter(about).collect();
    // Not every source keeps events.
    let events = source.events().unwrap_or_default();
    let mut places = found.places.clone();
    let is_suspect = |name: &Name| suspects.iter().any(|it| it.function() == name);
    let seconds = |place: &Place| calls.counts(&place.name).seconds;
    places.sort_by(|a, b| {
        let first = is_suspect(&b.name).cmp(&is_suspect(&a.name));
        first
            .then(seconds(b).total_cmp(&seconds(a)))
            .then(a.name.cmp(&b.name))
    });
    let functions = places.iter().map(|place| {
        let events = events.iter().filter(|event| event.function == place.name);
        let events: Vec<_> = events.take(EVENTS).map(reference).collect();
        function(rows, place, &events)
    });
    let functions: Vec<_> = functions.collect();
    let mut answer = head::fields(source, Some((window, &calls)))?;
    answer.insert("place".to_owned(), json!(quoted(&arguments.place, 200)));
    if let Some(note) = &found.note {
        answer.insert("note".to_owned(), json!(note));
    }
    let suspects: Vec<_> = suspects
        .into_iter()
        .map(|it| row::suspect(&catalog, it))
        .collect();
    answer.insert("suspects".to_owned(), json!(suspects));
    answer.insert("functions".to_owned(), json!(functions));
    let cuts = [
        "functions.flows",
        "functions.callees",
        "functions.callers",
        "functions.events",
        "functions",
        "suspects.path",
        "suspects",
    ];
    Ok(budget::fit(Value::Object(answer), arguments.budget, &cuts))
}

fn function(rows: Rows<'_>, place: &Place, events: &[String]) -> Value {
    let name = &place.name;
    let mut fields = row::place(rows.catalog, name);
    if !place.objectives.is_empty() {
        fields.insert("objectives".to_owned(), json!(place.objectives));
    }
    let called = rows.calls.find(name).map(|at| &rows.calls.functions[at]);
    let counts = rows.calls.counts(name);
    fields.extend(row::numbers(
        counts,
        rows.calls.seconds,
        called.map(|it| &it.latencies),
    ));
    let own = own_seconds(rows, name);
    if counts.calls > 0.0 && rows.has_time_by_caller {
        fields.insert(
            "own_time_share".to_owned(),
            json!(rounded(own / counts.seconds.max(1e-12))),
        );
    }
    if counts.errors > 0.0 {
        if let Some(called) = called {
            fields.insert("errors_by_kind".to_owned(), row::kinds(&called.kinds));
        }
    }
    let lists = [
        ("callers", json!(rows.callers(name))),
        ("callees", json!(rows.callees(name))),
        ("flows", json!(rows.flows(name))),
        ("events", json!(events)),
    ];
    let present = lists
        .into_iter()
        .filter(|(_, list)| list.as_array().is_some_and(|it| !it.is_empty()));
    fields.extend(present.map(|(name, list)| (name.to_owned(), list)));
    Value::Object(fields)
}

/// Returns the time of a function without that of its callees, in seconds; at least 0, as callees
/// may run concurrently.
fn own_seconds(rows: Rows<'_>, name: &Name) -> f64 {
    let Some(place) = rows.calls.find(name) else {
        return 0.0;
    };
    let edges = rows.calls.edges.iter();
    let callees: f64 = edges
        .filter(|edge| edge.caller == crate::calls::Caller::Function(place) && edge.callee != place)
        .map(|edge| edge.counts.seconds)
        .sum();
    (rows.calls.counts(name).seconds - callees).max(0.0)
}
