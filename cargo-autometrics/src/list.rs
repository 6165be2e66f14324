//! `cargo autometrics list`: the instrumented functions, for people and for programs.

use autometrics_schema::record::Returns;
use clap::ValueEnum;
use serde::Serialize;

use crate::{
    output::printable,
    program::{self, Function, Objective, Program},
};

/// Output format of the list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
#[non_exhaustive]
pub enum Format {
    /// Columns, for people.
    #[default]
    Table,
    /// JSON, for programs.
    Json,
}

/// Formats the functions of `program`, one per line or JSON object.
pub fn write(program: &Program, format: Format) -> String {
    match format {
        Format::Table => table(program),
        Format::Json => json(program),
    }
}

fn table(program: &Program) -> String {
    let mut rows = vec![["MODULE", "FUNCTION", "PLACE", "OBJECTIVE"].map(str::to_owned)];
    rows.extend(program.functions().iter().map(|function| {
        let objectives = function.objectives.iter().map(|it| it.name.as_str());
        let objectives: Vec<_> = objectives.collect();
        [
            printable(&function.module),
            printable(&function.name),
            printable(&format!("{}:{}", function.file, function.line)),
            printable(&objectives.join(", ")),
        ]
    }));
    let mut widths = [0; 4];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = cell.chars().count().max(*width);
        }
    }
    let mut text = String::new();
    for row in &rows {
        let mut line = String::new();
        for (width, cell) in widths.iter().zip(row) {
            line.extend([cell.as_str(), &" ".repeat(width + 2 - cell.chars().count())]);
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}

fn json(program: &Program) -> String {
    let list = JsonList {
        version: 2,
        functions: program.functions().iter().map(JsonFunction::new).collect(),
    };
    crate::output::json(&list)
}

/// Structure of the JSON output, which the README describes.
#[derive(Serialize)]
struct JsonList<'a> {
    version: u32,
    functions: Vec<JsonFunction<'a>>,
}

#[derive(Serialize)]
struct JsonFunction<'a> {
    package: &'a str,
    package_version: &'a str,
    module: &'a str,
    function: &'a str,
    file: String,
    line: u32,
    returns: &'static str,
    r#async: bool,
    objectives: Vec<JsonObjective<'a>>,
    calls: &'a [String],
}

#[derive(Serialize)]
struct JsonObjective<'a> {
    name: &'a str,
    success_percent: Option<f64>,
    latency: Option<JsonLatency>,
    period_days: u16,
    cancelled: &'static str,
    owner: Option<&'a str>,
    runbook: Option<&'a str>,
}

#[derive(Serialize)]
struct JsonLatency {
    threshold_seconds: f64,
    percent: f64,
}

impl<'a> JsonFunction<'a> {
    fn new(function: &'a Function) -> Self {
        Self {
            package: &function.package,
            package_version: &function.version,
            module: &function.module,
            function: &function.name,
            file: function.file.clone(),
            line: function.line,
            returns: match function.returns {
                Returns::Result => "result",
                Returns::Option => "option",
                Returns::Classified => "classified",
                _ => "other",
            },
            r#async: function.asynchronous,
            objectives: function.objectives.iter().map(JsonObjective::new).collect(),
            calls: &function.calls,
        }
    }
}

impl<'a> JsonObjective<'a> {
    fn new(objective: &'a Objective) -> Self {
        Self {
            name: &objective.name,
            // The shortest digits that parse to the same number, as a person wrote it.
            success_percent: objective.success.map(|percent| percent.value().to_f64()),
            latency: objective.latency.map(|latency| JsonLatency {
                threshold_seconds: latency.threshold().as_secs_f64(),
                percent: latency.percent().value().to_f64(),
            }),
            period_days: objective.period_days,
            cancelled: program::cancelled(objective.cancelled),
            owner: objective.owner.as_deref(),
            runbook: objective.runbook.as_deref(),
        }
    }
}
