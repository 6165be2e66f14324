//! Tool `suspects`: the functions that cause burning budgets, rising errors and rising latencies.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    arguments::{self, budget_schema, window_schema},
    budget, head, row,
    tool::Tool,
};
use crate::{
    source::{Catalog, Error, Objective, Side, Source},
    suspects::{Scope, Suspect, find},
    text::quoted,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    objective: Option<String>,
    place: Option<String>,
    window_seconds: Option<f64>,
    budget: Option<u64>,
}

pub(super) fn tool() -> Tool {
    Tool {
        name: "suspects",
        description: "Finds the functions that cause burning objectives, rising errors or rising latency, \
                      worst first, with file:line and the path of calls to them. Compares the window with the \
                      one before. Without arguments: the whole program.",
        input_schema: arguments::schema(
            &json!({
                "objective": {"type": "string"},
                "place": {"type": "string", "description": "only those whose path passes it"},
                "window_seconds": window_schema(),
                "budget": budget_schema(),
            }),
            &[],
        ),
        output_schema: head::schema(&json!({
            "verdict": {"type": "string"},
            "suspects": head::rows(),
        })),
    }
}

pub(super) fn call(source: &dyn Source, arguments: &Value) -> Result<Value, Error> {
    let arguments: Arguments = arguments::read(arguments)?;
    let window = arguments::window(arguments.window_seconds)?;
    let catalog = source.catalog()?;
    let mut found = of_objective(source, arguments.objective.as_deref(), window)?;
    let side = Side::last(window);
    let (now, before) = (source.calls(&side)?, source.calls(&side.before())?);
    if let Some(place) = &arguments.place {
        let names: Vec<_> = catalog
            .search(place)?
            .places
            .iter()
            .map(|it| it.name.clone())
            .collect();
        found.retain(|found| {
            found
                .path
                .iter()
                .any(|station| names.contains(&station.function))
        });
    }
    let mut answer = head::fields(source, Some((window, &now)))?;
    let verdict = match &found[..] {
        [] if before.seconds < window / 2.0 => {
            "no verdict: the time before the window was not observed".to_owned()
        }
        found => verdict(found),
    };
    answer.insert("verdict".to_owned(), json!(quoted(&verdict, 600)));
    answer.insert("suspects".to_owned(), rows(&catalog, &found));
    Ok(budget::fit(
        Value::Object(answer),
        arguments.budget,
        &["suspects.path", "suspects"],
    ))
}

/// Returns the suspects of the last `window` seconds, or only those of an objective.
///
/// # Errors
///
/// Returns an error if the window is shorter than ten seconds or longer than a week, if the source
/// does not answer, or if it has no such objective.
pub fn of_objective(
    source: &dyn Source,
    objective: Option<&str>,
    window: f64,
) -> Result<Vec<Suspect>, Error> {
    arguments::validate_window(window)?;
    let objectives = source.objectives()?;
    let scope = match objective {
        None => Scope::All,
        Some(name) => Scope::Objective(known(&objectives, name.to_owned())?, None),
    };
    let side = Side::last(window);
    let (now, before) = (source.calls(&side)?, source.calls(&side.before())?);
    let promises = Objective::promises(&objectives);
    Ok(find(&before, &now, &promises, &scope, None))
}

fn rows(catalog: &Catalog, found: &[Suspect]) -> Value {
    found
        .iter()
        .map(|found| row::suspect(catalog, found))
        .collect()
}

fn verdict(found: &[Suspect]) -> String {
    match found {
        [] => "nothing suspicious".to_owned(),
        [one] => one.explanation.clone(),
        [first, rest @ ..] => format!("{} (and {} more)", first.explanation, rest.len()),
    }
}

pub(super) fn known(objectives: &[Objective], name: String) -> Result<String, Error> {
    if objectives.iter().any(|it| it.name == name) {
        return Ok(name);
    }
    let mut names: Vec<_> = objectives.iter().map(|it| &*it.name).collect();
    names.sort_unstable();
    names.dedup();
    let name = quoted(&name, 80);
    let known = if names.is_empty() {
        "none".to_owned()
    } else {
        names.join(", ")
    };
    Err(Error::question(format!(
        "no objective `{name}`; known objectives: {known}"
    )))
}
