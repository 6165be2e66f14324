//! First fields of every answer.

use serde_json::{Map, Value, json};

use crate::{
    calls::Calls,
    source::{Error, Source},
    text::{quoted, rounded},
};

/// Maximum number of versions in an answer.
const VERSIONS: usize = 5;

/// Returns where the numbers come from, and the moment. `calls` adds the window.
pub(super) fn fields(
    source: &dyn Source,
    calls: Option<(f64, &Calls)>,
) -> Result<Map<String, Value>, Error> {
    let origin = source.origin()?;
    let versions: Vec<_> = origin
        .versions
        .iter()
        .take(VERSIONS)
        .map(|it| quoted(it, 40))
        .collect();
    let mut fields = Map::new();
    let mut shown =
        json!({"kind": origin.kind, "service": quoted(&origin.service, 80), "versions": versions});
    if origin.kind == "prometheus" {
        shown["replicas"] = json!(origin.replicas);
    }
    if let Some(since) = origin.since {
        shown["since_unix_seconds"] = json!(since.round());
    }
    if origin.kind == "code" {
        let note = "no numbers: only the code is known; start the server with `--from` and the URL of a Prometheus";
        shown["note"] = json!(note);
    }
    fields.insert("origin".to_owned(), shown);
    fields.insert("at_unix_seconds".to_owned(), json!(origin.at.round()));
    if let Some((window, calls)) = calls {
        fields.insert("window_seconds".to_owned(), json!(window));
        fields.insert("covered_seconds".to_owned(), json!(rounded(calls.seconds)));
    }
    Ok(fields)
}

/// Returns the schema of an answer with these further fields.
pub(super) fn schema(fields: &Value) -> Value {
    let mut properties = fields.as_object().cloned().unwrap_or_default();
    let required: Vec<_> = properties
        .keys()
        .cloned()
        .chain(["origin".to_owned()])
        .collect();
    properties.insert("origin".to_owned(), json!({"type": "object"}));
    json!({"type": "object", "properties": properties, "required": required})
}

/// Returns the schema of an array of objects.
pub(super) fn rows() -> Value {
    json!({"type": "array"})
}
