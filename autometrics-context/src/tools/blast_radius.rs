//! Tool `blast_radius`: what a change of some places may affect.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    arguments::{self, budget_schema, window_schema},
    budget, head,
    row::{self, Rows},
    tool::Tool,
};
use crate::{
    calls::{Caller, Calls, Name},
    source::{Catalog, Error, Side, Source},
    text::quoted,
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    #[serde(default)]
    places: Vec<String>,
    git_range: Option<String>,
    window_seconds: Option<f64>,
    budget: Option<u64>,
}

pub(super) fn tool() -> Tool {
    Tool {
        name: "blast_radius",
        description: "Lists what a change of code may affect: the changed functions with their traffic, their \
                      direct and indirect callers, the objectives and flows above them. Ask before an edit.",
        input_schema: arguments::schema(
            &json!({
                "places": {"type": "array", "items": {"type": "string"}, "description": "files, file:line, functions"},
                "git_range": {"type": "string", "description": "such as main..HEAD; only where the source is"},
                "window_seconds": window_schema(),
                "budget": budget_schema(),
            }),
            &[],
        ),
        output_schema: head::schema(&json!({
            "changed": head::rows(),
            "callers": head::rows(),
            "objectives": head::rows(),
            "flows": head::rows(),
        })),
    }
}

pub(super) fn call(source: &dyn Source, arguments: &Value) -> Result<Value, Error> {
    let arguments: Arguments = arguments::read(arguments)?;
    let window = arguments::window(arguments.window_seconds)?;
    let catalog = source.catalog()?;
    let (changed, elsewhere) = changed(source, &catalog, &arguments)?;
    let calls = source.calls(&Side::last(window))?;
    let rows = Rows {
        calls: &calls,
        catalog: &catalog,
        has_time_by_caller: source.origin()?.time_by_caller,
    };
    let graph = Graph::new(&calls, &catalog);
    let affected = graph.above(&changed);
    let mut objectives: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut flows = BTreeSet::new();
    for name in changed.iter().chain(affected.iter().map(|(name, _)| name)) {
        let known = catalog.find(name);
        for objective in known.map(|place| &place.objectives[..]).unwrap_or_default() {
            objectives
                .entry(objective.clone())
                .or_default()
                .push(row::shown(name));
        }
    }
    for name in &changed {
        flows.extend(
            rows.flows(name)
                .iter()
                .filter_map(|it| it["flow"].as_str().map(str::to_owned)),
        );
    }
    let of = |name: &Name| {
        let mut fields = row::place(&catalog, name);
        fields.extend(row::numbers(calls.counts(name), calls.seconds, None));
        fields
    };
    let changed_rows = changed.iter().map(|name| Value::Object(of(name)));
    let changed_rows: Vec<_> = changed_rows.collect();
    let callers = affected.iter().map(|(name, distance)| {
        let mut fields = of(name);
        fields.insert("distance".to_owned(), json!(distance));
        Value::Object(fields)
    });
    let callers: Vec<_> = callers.collect();
    let objectives = objectives
        .iter()
        .map(|(name, functions)| json!({"objective": quoted(name, 80), "functions": functions}));
    let objectives: Vec<_> = objectives.collect();
    let mut answer = head::fields(source, Some((window, &calls)))?;
    answer.insert("changed".to_owned(), json!(changed_rows));
    answer.insert("objectives".to_owned(), json!(objectives));
    answer.insert("flows".to_owned(), json!(flows));
    answer.insert("callers".to_owned(), json!(callers));
    if elsewhere > 0 {
        let note = format!(
            "{elsewhere} changed places are in no instrumented function; what they affect is unknown"
        );
        answer.insert("note".to_owned(), json!(note));
    }
    let cuts = [
        "callers",
        "objectives.functions",
        "flows",
        "changed",
        "objectives",
    ];
    Ok(budget::fit(Value::Object(answer), arguments.budget, &cuts))
}

/// Returns the changed functions, and the number of changed places without one.
fn changed(
    source: &dyn Source,
    catalog: &Catalog,
    arguments: &Arguments,
) -> Result<(Vec<Name>, usize), Error> {
    let mut names = BTreeSet::new();
    for place in &arguments.places {
        names.extend(
            catalog
                .search(place)?
                .places
                .iter()
                .map(|it| it.name.clone()),
        );
    }
    let mut elsewhere = 0;
    if let Some(range) = &arguments.git_range {
        for place in source.changed_places(range)? {
            match catalog.search(&place) {
                Ok(found) => names.extend(found.places.iter().map(|it| it.name.clone())),
                Err(_) => elsewhere += 1,
            }
        }
    } else if arguments.places.is_empty() {
        return Err(Error::question("set `places` or `git_range`"));
    }
    Ok((names.into_iter().collect(), elsewhere))
}

/// Callers of each function: observed ones, and those in source code.
struct Graph(BTreeMap<Name, BTreeSet<Name>>);

impl Graph {
    fn new(calls: &Calls, catalog: &Catalog) -> Self {
        let mut callers: BTreeMap<Name, BTreeSet<Name>> = BTreeMap::new();
        let mut add = |callee: &Name, caller: &Name| {
            callers
                .entry(callee.clone())
                .or_default()
                .insert(caller.clone());
        };
        for edge in &calls.edges {
            if let Caller::Function(caller) = edge.caller {
                add(
                    &calls.functions[edge.callee].name,
                    &calls.functions[caller].name,
                );
            }
        }
        for place in &catalog.places {
            for callee in &place.calls {
                add(callee, &place.name);
            }
        }
        Self(callers)
    }

    /// Returns all direct and indirect callers with their distance, the nearest first.
    fn above(&self, changed: &[Name]) -> Vec<(Name, usize)> {
        let mut seen: BTreeSet<&Name> = changed.iter().collect();
        let mut queue: VecDeque<(&Name, usize)> = changed.iter().map(|name| (name, 0)).collect();
        let mut above = Vec::new();
        while let Some((name, distance)) = queue.pop_front() {
            for caller in self.0.get(name).into_iter().flatten() {
                if seen.insert(caller) {
                    above.push((caller.clone(), distance + 1));
                    queue.push_back((caller, distance + 1));
                }
            }
        }
        above
    }
}
