//! Fields of an event, and the reference to it.

use serde_json::{Map, Value, json};

use crate::{
    source::Event,
    text::{quoted, rounded},
};

/// Maximum length of a text in an event, in characters.
const TEXT: usize = 200;
/// Maximum number of fields or callers of an event.
const MOST: usize = 12;

/// Returns the fields of an event without its function.
pub(super) fn event_fields(event: &Event) -> Map<String, Value> {
    let fields = event.fields.iter().take(MOST);
    let fields: Map<_, _> = fields
        .map(|(name, text)| (quoted(name, 60), json!(quoted(text, TEXT))))
        .collect();
    let callers: Vec<_> = event
        .callers
        .iter()
        .take(MOST)
        .map(|it| quoted(it, TEXT))
        .collect();
    let all = [
        ("ref", json!(reference(event))),
        ("ended_unix_seconds", json!(event.at)),
        ("reason", json!(event.reason)),
        (
            "kind",
            json!(event.kind.as_deref().map(|it| quoted(it, 60))),
        ),
        (
            "error",
            json!(event.error.as_deref().map(|it| quoted(it, TEXT))),
        ),
        ("duration_seconds", json!(rounded(event.seconds))),
        ("fields", json!(fields)),
        ("callers", json!(callers)),
        (
            "flow",
            json!(event.flow.as_deref().map(|it| quoted(it, TEXT))),
        ),
        ("trace_id", json!(event.trace_id)),
    ];
    let present = all.into_iter().filter(|(_, value)| match value {
        Value::Null => false,
        Value::Object(fields) => !fields.is_empty(),
        Value::Array(elements) => !elements.is_empty(),
        _ => true,
    });
    present
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

/// Returns the reference with which `evidence` finds the event.
pub(super) fn reference(event: &Event) -> String {
    format!("event:{}@{:.6}", event.function, event.at)
}
