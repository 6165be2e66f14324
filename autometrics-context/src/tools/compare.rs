//! Tool `compare`: the functions and edges that differ between two versions or windows.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    arguments::{self, budget_schema, window_schema},
    budget, head, row,
    tool::Tool,
};
use crate::{
    calls::{FunctionCalls, Name},
    compare::{
        CallerName, Comparison, EdgeChange, Estimate, Finding, FunctionChange, Options, Verdict,
        compare_sides,
    },
    source::{Catalog, Error, Side, Source},
    text::{quoted, rounded},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    before: Option<String>,
    after: Option<String>,
    place: Option<String>,
    window_seconds: Option<f64>,
    budget: Option<u64>,
}

pub(super) fn tool() -> Tool {
    Tool {
        name: "compare",
        description: "Compares two versions or windows, such as 1.4.0 or 30m@2h (ended 2 hours ago): functions that \
                      are slower, fail more, are lost. Statistical; undecided is not unchanged. Default: the window \
                      and the one before.",
        input_schema: arguments::schema(
            &json!({
                "before": {"type": "string"},
                "after": {"type": "string"},
                "place": {"type": "string"},
                "window_seconds": window_schema(),
                "budget": budget_schema(),
            }),
            &[],
        ),
        output_schema: head::schema(&json!({
            "verdict": {"type": "string"},
            "changed": head::rows(),
            "undecided": head::rows(),
        })),
    }
}

pub(super) fn call(source: &dyn Source, arguments: &Value) -> Result<Value, Error> {
    let arguments: Arguments = arguments::read(arguments)?;
    let window = arguments::window(arguments.window_seconds)?;
    let parse = |text: &String| Side::parse(text, window);
    let after = arguments.after.as_ref().map(parse).transpose()?;
    let after = after.unwrap_or_else(|| Side::last(window));
    let before = arguments.before.as_ref().map(parse).transpose()?;
    let before = before.unwrap_or_else(|| Side {
        version: None,
        ..after.before()
    });
    let catalog = source.catalog()?;
    let mut compared = compare_sides(source, &before, &after, &Options::default())?;
    if let Some(place) = &arguments.place {
        let found = catalog.search(place)?;
        let is_there = |name: &Name| found.places.iter().any(|it| it.name == *name);
        compared.functions.retain(|it| is_there(it.name()));
        compared.edges.retain(|it| {
            let by_caller = matches!(&it.caller, CallerName::Function(name) if is_there(name));
            by_caller || is_there(&it.callee)
        });
    }
    let mut answer = head::fields(source, None)?;
    answer.extend(fields(&catalog, &compared, [&before, &after]));
    let cuts = ["undecided", "changed_edges", "changed.findings", "changed"];
    Ok(budget::fit(Value::Object(answer), arguments.budget, &cuts))
}

/// Returns a comparison of two sides as JSON, as the tool `compare` answers it.
pub fn comparison(catalog: &Catalog, compared: &Comparison, sides: [&Side; 2]) -> Value {
    Value::Object(fields(catalog, compared, sides).collect())
}

fn fields(
    catalog: &Catalog,
    compared: &Comparison,
    sides: [&Side; 2],
) -> impl Iterator<Item = (String, Value)> {
    let [before, after] = sides.map(|side| quoted(&side.to_string(), 80));
    let changed = compared
        .functions
        .iter()
        .filter(|it| it.verdict().is_change());
    let changed: Vec<_> = changed.map(|it| function(catalog, compared, it)).collect();
    let edges = compared.edges.iter().filter(|it| it.verdict().is_change());
    let edges: Vec<_> = edges.map(|it| edge(catalog, it)).collect();
    let undecided = compared
        .functions
        .iter()
        .filter(|it| it.verdict() == Verdict::Undecided);
    let undecided: Vec<_> = undecided
        .map(|it| {
            let findings = it
                .findings
                .iter()
                .filter(|it| it.verdict == Verdict::Undecided);
            let reasons: Vec<_> = findings.map(|it| quoted(&it.reason, 200)).collect();
            json!({"function": row::shown(it.name()), "reasons": reasons})
        })
        .collect();
    let fields = [
        ("before", json!(before)),
        ("after", json!(after)),
        ("covered_seconds", json!(compared.seconds.map(rounded))),
        ("verdict", json!(compared.summary())),
        ("changed", json!(changed)),
        ("changed_edges", json!(edges)),
        ("undecided", json!(undecided)),
        (
            "unchanged_functions",
            json!(compared.count(Verdict::Unchanged)),
        ),
        (
            "too_few_calls_functions",
            json!(compared.count(Verdict::TooFewCalls)),
        ),
        (
            "not_exercised_functions",
            json!(compared.count(Verdict::NotExercised)),
        ),
        ("slices", json!(compared.slices)),
        ("tests", json!(compared.tests)),
        ("notes", json!(compared.notes)),
    ];
    fields
        .into_iter()
        .map(|(name, value)| (name.to_owned(), value))
}

fn function(catalog: &Catalog, compared: &Comparison, change: &FunctionChange) -> Value {
    let mut fields = row::place(catalog, change.name());
    let numbers = |calls: &FunctionCalls, seconds: f64| {
        row::numbers(calls.counts, seconds, Some(&calls.latencies))
    };
    let [before, after] = compared.seconds;
    fields.insert("verdict".to_owned(), json!(change.verdict().as_str()));
    fields.insert("before".to_owned(), json!(numbers(&change.before, before)));
    fields.insert("after".to_owned(), json!(numbers(&change.after, after)));
    fields.insert("findings".to_owned(), findings(&change.findings));
    if !change.because_of.is_empty() {
        let callees: Vec<_> = change.because_of.iter().map(row::shown).collect();
        fields.insert("because_of".to_owned(), json!(callees));
    }
    if let Some(mix) = &change.mix {
        let mix = json!({
            "caller": quoted(&mix.caller.to_string(), 160),
            "share_before": rounded(mix.share_before),
            "share_after": rounded(mix.share_after),
        });
        fields.insert("changed_mix_of_callers".to_owned(), mix);
    }
    Value::Object(fields)
}

fn edge(catalog: &Catalog, change: &EdgeChange) -> Value {
    let mut fields = row::place(catalog, &change.callee);
    fields.insert(
        "caller".to_owned(),
        json!(quoted(&change.caller.to_string(), 160)),
    );
    fields.insert("verdict".to_owned(), json!(change.verdict().as_str()));
    fields.insert("findings".to_owned(), findings(&change.findings));
    Value::Object(fields)
}

fn findings(findings: &[Finding]) -> Value {
    // The reason of the verdict first, as the budget takes the last ones.
    let mut sorted: Vec<_> = findings.iter().collect();
    sorted.sort_by_key(|it| it.verdict);
    let rows = sorted.into_iter().map(|it| {
        let mut row = json!({
            "question": it.question.as_str(),
            "verdict": it.verdict.as_str(),
            "reason": quoted(&it.reason, 300),
            "calls": [row::rounded_count(it.samples.0), row::rounded_count(it.samples.1)],
        });
        if let (Some(test), Some(p), Some(threshold)) = (it.test, it.p, it.threshold) {
            row["test"] = json!(test);
            row["p"] = json!(rounded(p));
            row["p_threshold"] = json!(rounded(threshold));
        }
        if let Some(Estimate { value, low, high }) = it.estimate {
            row["estimate"] = json!([value, low, high].map(rounded));
        }
        row
    });
    rows.collect()
}
