//! A decorated function, as the command keeps it.

use std::{cmp::Ordering, fmt};

use autometrics_schema::{
    place,
    record::{Promise, Record, Returns},
};
use slo_spec::{Cancelled, Latency, Percent};

/// A decorated function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Function {
    /// The package that it is in; empty if cargo did not build it.
    pub package: String,
    /// The version of that package.
    pub version: String,
    /// Its module, as `shop::checkout`.
    pub module: String,
    /// `name`, `Type::name` or `<Type as Trait<Arg>>::name`.
    pub name: String,
    /// The file without the folders of the machine that compiled it, with `/` between folders:
    /// `src/cart.rs`, and `sqlx-0.8.0/src/pool.rs` for a dependency.
    pub file: String,
    /// The line of its name.
    pub line: u32,
    /// What it returns, by the spelling of the type.
    pub returns: Returns,
    /// Whether a call is a future.
    pub asynchronous: bool,
    /// The objectives that it belongs to.
    pub objectives: Vec<Objective>,
    /// What its body calls, as written there.
    pub calls: Vec<String>,
    pub(super) collides: bool,
}

/// An objective, as it was compiled into a program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Objective {
    /// Its name.
    pub name: String,
    /// The share of calls that must succeed.
    pub success: Option<Percent>,
    /// The share of calls that must be fast, and how fast.
    pub latency: Option<Latency>,
    /// The period over which the error budget is spent, in days.
    pub period_days: u16,
    /// The judgement of cancelled calls.
    pub cancelled: Cancelled,
    /// Who is told when it is in danger.
    pub owner: Option<String>,
    /// Where it says what to do then.
    pub runbook: Option<String>,
}

impl Function {
    /// What the label `function` says in the metrics of a running program: the
    /// name, with ` (file:line)` behind it where another function of the module
    /// has the same.
    pub fn metric_name(&self) -> String {
        if self.collides {
            format!("{} ({}:{})", self.name, self.file, self.line)
        } else {
            self.name.clone()
        }
    }

    /// Whether another function of the program has the same module and name.
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

/// `shop::checkout::place_order`
impl fmt::Display for Function {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}::{}", self.module, self.metric_name())
    }
}

impl Ord for Function {
    fn cmp(&self, other: &Self) -> Ordering {
        // What is equal must be the same function, as duplicates are removed.
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

/// The word for a judgement of cancelled calls: `bad`, `bad if slow` or `ignored`.
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
