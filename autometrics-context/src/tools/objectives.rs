//! Tool `objectives`: the state of all objectives.

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    arguments::{self, budget_schema},
    budget, head, row,
    tool::Tool,
};
use crate::{
    source::{Error, Source},
    text::{quoted, rounded},
};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Arguments {
    budget: Option<u64>,
}

pub(super) fn tool() -> Tool {
    Tool {
        name: "objectives",
        description: "Lists the service level objectives, burning ones first: target, burn rates (1 spends the \
                      error budget exactly by the end of its period), firing alerts, functions.",
        input_schema: arguments::schema(&json!({"budget": budget_schema()}), &[]),
        output_schema: head::schema(&json!({"objectives": head::rows()})),
    }
}

pub(super) fn call(source: &dyn Source, arguments: &Value) -> Result<Value, Error> {
    let arguments: Arguments = arguments::read(arguments)?;
    let catalog = source.catalog()?;
    let mut objectives = source.objectives()?;
    objectives.sort_by(|a, b| (!a.burns, &a.name, a.measure).cmp(&(!b.burns, &b.name, b.measure)));
    let rows = objectives.iter().map(|it| {
        let burn_rates = it.burn_rates.iter().map(|burn| {
            json!({
                "window_seconds": burn.window_seconds,
                "calls": row::rounded_count(burn.calls),
                "bad": row::rounded_count(burn.bad),
                "burn_rate": burn.burn_rate.map(rounded),
            })
        });
        let functions = it.functions.iter().map(|name| row::place(&catalog, name));
        json!({
            "objective": quoted(&it.name, 80),
            "sli": it.sli(),
            "target_ratio": rounded(it.target),
            "threshold_seconds": it.threshold_seconds,
            "burns": it.burns,
            "firing": it.firing,
            "owner": it.owner.as_deref().map(|it| quoted(it, 80)),
            "runbook": it.runbook.as_deref().map(|it| quoted(it, 200)),
            "burn_rates": burn_rates.collect::<Vec<_>>(),
            "functions": functions.collect::<Vec<_>>(),
        })
    });
    let rows: Vec<_> = rows.collect();
    let mut answer = head::fields(source, None)?;
    answer.insert("objectives".to_owned(), json!(rows));
    let cuts = [
        "objectives.functions",
        "objectives.burn_rates",
        "objectives",
    ];
    Ok(budget::fit(Value::Object(answer), arguments.budget, &cuts))
}
