//! Shortens an answer to a number of tokens.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::text::quoted;

/// Default budget, in tokens.
const DEFAULT: u64 = 2_000;
/// Smallest and largest budget, in tokens.
const BUDGETS: (u64, u64) = (100, 20_000);
/// Bytes of compact JSON per token. Tokenizers take 3 to 4; with 3, an answer is within its budget
/// by most of them.
const BYTES_PER_TOKEN: usize = 3;
/// Maximum length of a text in an answer that does not fit otherwise, in characters.
const SHORT: usize = 60;
/// Bytes that `omitted` and `budget_for_all` may take.
const RESERVE: usize = 150;

/// Shortens `answer`, an object, to `tokens`: removes the last elements of the arrays at `paths`,
/// the first path first. What was removed is counted under `omitted`, by path.
///
/// A path names fields, separated by dots; a field that is an array of objects stands for the field
/// in each of them.
pub(super) fn fit(mut answer: Value, tokens: Option<u64>, paths: &[&str]) -> Value {
    let tokens = tokens.unwrap_or(DEFAULT).clamp(BUDGETS.0, BUDGETS.1);
    let most = usize::try_from(tokens)
        .unwrap_or(usize::MAX)
        .saturating_mul(BYTES_PER_TOKEN);
    let mut size = length(&answer);
    if size <= most {
        return answer;
    }
    let whole = size;
    size += RESERVE;
    let mut omitted: BTreeMap<&str, u64> = BTreeMap::new();
    for path in paths {
        while size > most {
            let Some(removed) = pop(&mut answer, path) else {
                break;
            };
            size = size.saturating_sub(removed);
            *omitted.entry(path).or_default() += 1;
        }
    }
    if let Value::Object(fields) = &mut answer {
        fields.insert("omitted".to_owned(), json!(omitted));
        let needed = whole.div_ceil(BYTES_PER_TOKEN);
        fields.insert("budget_for_all".to_owned(), json!(needed));
        if size > most {
            shorten(fields, tokens, size);
        }
    }
    answer
}

/// Leaves numbers, and the beginnings of texts.
fn shorten(fields: &mut Map<String, Value>, tokens: u64, size: usize) {
    for (name, value) in fields.iter_mut().filter(|(name, _)| *name != "omitted") {
        match value {
            Value::Array(elements) => elements.clear(),
            Value::Object(inner) if name == "origin" => inner.retain(|name, _| name == "kind"),
            Value::Object(inner) => inner.clear(),
            Value::String(text) => *text = quoted(text, SHORT),
            _ => {}
        }
    }
    let needed = size.div_ceil(BYTES_PER_TOKEN);
    let note = format!("{tokens} tokens are too few; ask with a budget of {needed}");
    fields.insert("note".to_owned(), note.into());
}

/// Removes the last element of the longest array at `path`. Returns the number of bytes saved.
fn pop(answer: &mut Value, path: &str) -> Option<usize> {
    let mut arrays = Vec::new();
    collect(answer, path, &mut arrays);
    let longest = arrays.into_iter().max_by_key(|array| array.len())?;
    let removed = longest.pop()?;
    Some(length(&removed) + 1)
}

fn collect<'a>(value: &'a mut Value, path: &str, arrays: &mut Vec<&'a mut Vec<Value>>) {
    let (field, rest) = path.split_once('.').unwrap_or((path, ""));
    match value {
        Value::Array(elements) => {
            if path.is_empty() {
                arrays.push(elements);
                return;
            }
            for element in elements {
                collect(element, path, arrays);
            }
        }
        Value::Object(fields) => {
            if let Some(value) = fields.get_mut(field) {
                collect(value, rest, arrays);
            }
        }
        _ => {}
    }
}

fn length(value: &Value) -> usize {
    // A value without maps whose keys are not strings is always serialized.
    serde_json::to_vec(value).map_or(0, |text| text.len())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{fit, length};

    fn answer() -> Value {
        let callers: Vec<_> = (0..100)
            .map(|n| json!({"caller": format!("shop::caller_{n}")}))
            .collect();
        json!({
            "calls": 1,
            "functions": [{"name": "a", "callers": callers}, {"name": "b", "callers": []}],
            "events": ["e1", "e2"],
        })
    }

    #[test]
    fn large_budget_changes_nothing() {
        assert_eq!(
            fit(answer(), Some(1_000_000_000), &["functions.callers"]),
            answer()
        );
    }

    #[test]
    fn last_elements_are_left_out_and_counted() {
        let shortened = fit(answer(), Some(500), &["functions.callers", "events"]);
        assert!(length(&shortened) <= 1500);
        let callers = shortened["functions"][0]["callers"]
            .as_array()
            .map(Vec::len);
        let callers = callers.expect("callers") as u64;
        assert!(callers > 20, "{callers}");
        assert_eq!(
            shortened["omitted"]["functions.callers"],
            json!(100 - callers)
        );
        assert_eq!(
            shortened["functions"][0]["callers"][0]["caller"],
            "shop::caller_0"
        );
        assert_eq!(shortened["events"], json!(["e1", "e2"]));
    }

    #[test]
    fn too_small_budget_says_what_is_needed() {
        let answer = json!({"calls": 1, "why": "x".repeat(5_000), "functions": ["a"]});
        let shortened = fit(answer, Some(0), &["functions"]);
        assert!(length(&shortened) < 300);
        assert_eq!(shortened["calls"], 1);
        let note = shortened["note"].as_str().expect("a note");
        assert!(note.starts_with("100 tokens are too few"), "{note}");
    }
}
