//! Instrumented functions and their objectives, as their records hold them.

use std::{cmp::Ordering, fmt};

use autometrics_schema::{
    place,
    record::{Promise, Record, Returns},
};
use slo_spec::{Cancelled, Latency, Percent};

/// Instrumented function, as its record in the program describes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// Package of the function; empty if cargo did not build it.
    pub package: String,
    /// Version of that package.
    pub version: String,
    /// Module of the function, such as `shop::checkout`.
    pub module: String,
    /// `name`, `Type::name` or `<Type as Trait<Arg>>::name`.
    pub name: String,
    /// Source file without the folders of the machine that compiled it, with `/` between folders:
    /// `src/cart.rs`, or `sqlx-0.8.0/src/pool.rs` for a dependency.
    pub file: String,
    /// Line of the function's name.
    pub line: u32,
    /// Category of the returned type, by its spelling.
    pub returns: Returns,
    /// `true` if a call is a future.
    pub asynchronous: bool,
    /// Objectives that the function belongs to.
    pub objectives: Vec<Objective>,
    /// Calls in its body, as written there.
    pub calls: Vec<String>,
    pub(super) collides: bool,
}

/// Objective, as compiled into a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objective {
    /// Name of the objective.
    pub name: String,
    /// Share of calls that must succeed.
    pub success: Option<Percent>,
    /// Share of calls that must be fast, with the threshold.
    pub latency: Option<Latency>,
    /// Period of the error budget, in days.
    pub period_days: u16,
    /// Classification of cancelled calls.
    pub cancelled: Cancelled,
    /// Owner, who is alerted if the error budget is in danger.
    pub owner: Option<String>,
    /// Runbook for the owner, such as a URL.
    pub runbook: Option<String>,
}

impl Function {
    /// Returns the value of the label `function` in the metrics of a running program: the name,
    /// followed by ` (file:line)` if another function of the module has the same name.
    pub fn metric_name(&self) -> String {
        if self.collides {
            format!("{} ({}:{})", self.name, self.file, self.line)
        } else {
            self.name.clone()
        }
    }

    /// Returns `true` if another function of the program has the same module and name.
    pub fn collides(&self) -> bool {
        self.collides
    }

    pub(super) fn shares_name(&self, other: &Self) -> bool {
        self.module == other.module && self.name == other.name
    }

    pub(super) fn place(&self) -> (&str, u32) {
        (&self.file, self.line)
    }
}

impl From<Record<'_>> for Function {
    fn from(record: Record<'_>) -> Self {
        Self {
            package: record.package.to_owned(),
            version: record.version.to_owned(),
            module: record.module.to_owned(),
            name: record.function.to_owned(),
            file: place::shown(&record.texts()).into_owned(),
            line: record.line,
            returns: record.returns,
            asynchronous: record.asynchronous,
            objectives: record.objectives.iter().map(Objective::from).collect(),
            calls: record.calls.lines().map(str::to_owned).collect(),
            collides: false,
        }
    }
}

impl From<Promise<'_>> for Objective {
    fn from(promise: Promise<'_>) -> Self {
        Self {
            name: promise.name.to_owned(),
            success: promise.success,
            latency: promise.latency,
            period_days: promise.period_days,
            cancelled: promise.cancelled,
            owner: promise.owner.map(str::to_owned),
            runbook: promise.runbook.map(str::to_owned),
        }
    }
}

/// Formats as `shop::checkout::place_order`.
impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", self.module, self.metric_name())
    }
}

impl Ord for Function {
    fn cmp(&self, other: &Self) -> Ordering {
        // All fields are compared: duplicates are removed after sorting, so only equal functions
        // may compare as equal.
        let order = |function: &Self| {
            (
                function.returns as u8,
                function.asynchronous,
                function.collides,
            )
        };
        (&self.module, &self.name)
            .cmp(&(&other.module, &other.name))
            .then_with(|| self.place().cmp(&other.place()))
            .then_with(|| (&self.package, &self.version).cmp(&(&other.package, &other.version)))
            .then_with(|| self.objectives.cmp(&other.objectives))
            .then_with(|| self.calls.cmp(&other.calls))
            .then_with(|| order(self).cmp(&order(other)))
    }
}

impl PartialOrd for Function {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Objective {
    fn cmp(&self, other: &Self) -> Ordering {
        let percent = |percent: Option<Percent>| {
            percent.map(|percent| (percent.value().scale(), percent.value().units()))
        };
        let order = |objective: &Self| {
            let latency = objective.latency;
            (
                percent(objective.success),
                latency.map(Latency::threshold),
                percent(latency.map(Latency::percent)),
                objective.period_days,
                cancelled(objective.cancelled),
            )
        };
        self.name
            .cmp(&other.name)
            .then_with(|| order(self).cmp(&order(other)))
            .then_with(|| (&self.owner, &self.runbook).cmp(&(&other.owner, &other.runbook)))
    }
}

/// Returns the description of cancelled calls in outputs: `bad`, `bad if slow` or `ignored`.
pub(crate) fn cancelled(cancelled: Cancelled) -> &'static str {
    match cancelled {
        Cancelled::BadIfSlow => "bad if slow",
        Cancelled::Ignored => "ignored",
        _ => "bad",
    }
}

impl PartialOrd for Objective {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}
