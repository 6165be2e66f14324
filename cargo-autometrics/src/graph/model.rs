//! Calls between instrumented functions, and the texts that all output formats share.

use std::collections::{BTreeMap, BTreeSet};

use autometrics_schema::{
    OVERFLOW,
    calls::{How, Index},
};

use crate::{
    program::{Function, Program},
    prometheus::{Observation, Quantity},
};

/// Calls between instrumented functions: in the code, and at run time if requested.
#[derive(Clone, Debug, Default)]
pub struct Graph {
    pub(super) nodes: BTreeMap<Id, Node>,
    pub(super) edges: BTreeMap<(Id, Id), Edge>,
    pub(super) ambiguous: BTreeMap<(Id, String), BTreeSet<Id>>,
    /// `true` if calls at run time were requested, even if there were none.
    pub(super) observed: bool,
}

/// Module and name, as in the labels of metrics.
pub(super) type Id = (String, String);

/// Function in the graph.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Node {
    /// File and line; `None` if the function is not in the program.
    pub(super) place: Option<(String, u32)>,
    pub(super) objectives: Vec<String>,
    pub(super) seen: Traffic,
}

impl Node {
    /// Returns a line with the function's objectives, if it has any.
    pub(super) fn objective_line(&self) -> Option<String> {
        let names = self.objectives.join(", ");
        (!names.is_empty()).then(|| format!("objective {names}"))
    }
}

/// Calls of one function by another.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Edge {
    /// Resolution of the call in the code; `None` if the call was only seen at run time.
    pub(super) code: Option<How>,
    pub(super) seen: Traffic,
}

/// Rates of calls and errors per second, and latency.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Traffic {
    pub(super) calls: f64,
    errors: f64,
    /// 95th percentile of latencies in seconds, if known.
    pub(super) p95: Option<f64>,
}

impl Graph {
    /// Creates the graph of the calls in the code of `program`.
    pub fn new<'p>(program: &'p Program) -> Self {
        let mut graph = Self::default();
        for function in program.functions() {
            let node = graph.nodes.entry(id(function)).or_default();
            node.place = Some((function.file.clone(), function.line));
            let objectives = function.objectives.iter();
            node.objectives = objectives.map(|objective| objective.name.clone()).collect();
        }
        let functions = program.functions();
        let names = |function: &'p Function| (&*function.module, &*function.name);
        let index = Index::new(functions.iter().map(names));
        for function in functions {
            for call in &function.calls {
                let resolution = index.resolve(names(function), call);
                let callees = resolution.candidates.iter().map(|&at| id(&functions[at]));
                graph.add_call(function, call, callees.collect(), resolution.how);
            }
        }
        graph
    }

    fn add_call(&mut self, caller: &Function, call: &str, callees: BTreeSet<Id>, found_by: How) {
        if callees.len() > 1 {
            self.ambiguous
                .insert((id(caller), call.to_owned()), callees);
            return;
        }
        for callee in callees {
            let edge = self.edges.entry((id(caller), callee)).or_default();
            // Of two resolutions, the more certain one is kept.
            edge.code = Some(edge.code.map_or(found_by, |how| how.min(found_by)));
        }
    }

    /// Adds the calls that were seen at run time. Returns `true` if any of them is a call of a
    /// function in the program.
    ///
    /// If one of several candidates was seen with this caller, the call in the code means that
    /// candidate and is not ambiguous any more.
    pub fn add(&mut self, observations: &[Observation]) -> bool {
        self.observed = true;
        for observation in observations {
            let callee = (observation.module.clone(), observation.function.clone());
            let value = observation.value;
            let traffic = match observation.quantity {
                Quantity::P95 => Traffic {
                    p95: Some(value),
                    ..Traffic::default()
                },
                Quantity::Rate => Traffic {
                    calls: value,
                    errors: if observation.result == "error" {
                        value
                    } else {
                        0.0
                    },
                    p95: None,
                },
            };
            // A latency by caller belongs to the caller–callee pair; the function has a latency of
            // its own.
            let is_of_pair =
                observation.quantity == Quantity::P95 && !observation.caller_function.is_empty();
            let node = self.nodes.entry(callee.clone()).or_default();
            if !is_of_pair {
                node.seen.add(traffic);
            }
            if observation.caller_function.is_empty() {
                continue;
            }
            let caller = (
                observation.caller_module.clone(),
                observation.caller_function.clone(),
            );
            self.nodes.entry(caller.clone()).or_default();
            self.edges
                .entry((caller, callee))
                .or_default()
                .seen
                .add(traffic);
        }
        let edges = &mut self.edges;
        self.ambiguous.retain(|(caller, _), candidates| {
            let mut seen = false;
            for candidate in candidates.iter() {
                if let Some(edge) = edges.get_mut(&(caller.clone(), candidate.clone())) {
                    if edge.seen.calls > 0.0 {
                        edge.code.get_or_insert(How::Name);
                        seen = true;
                    }
                }
            }
            !seen
        });
        self.nodes
            .values()
            .any(|node| node.place.is_some() && node.seen.calls > 0.0)
    }

    /// Returns the line style of an edge.
    pub(super) fn line(&self, edge: &Edge) -> Line {
        match edge.code {
            Some(_) if !self.observed || edge.seen.calls > 0.0 => Line::Solid,
            Some(_) => Line::Dashed,
            None => Line::Bold,
        }
    }

    /// Returns the modules, each with its nodes. Nodes that are in no module have a module without
    /// a name.
    pub(super) fn modules(&self) -> Vec<(&str, Vec<(&Id, &Node)>)> {
        let mut modules: Vec<(&str, Vec<(&Id, &Node)>)> = Vec::new();
        for (id, node) in &self.nodes {
            match modules.last_mut() {
                Some((module, nodes)) if *module == id.0 => nodes.push((id, node)),
                _ => modules.push((&id.0, vec![(id, node)])),
            }
        }
        modules
    }

    /// Returns the number of each node, from 0, in the order of modules and names.
    pub(super) fn numbers(&self) -> BTreeMap<&Id, usize> {
        self.nodes.keys().zip(0..).collect()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// In the code, and seen if calls at run time were requested.
    Solid,
    /// In the code, but not seen.
    Dashed,
    /// Seen, but not in the code.
    Bold,
}

impl Traffic {
    fn add(&mut self, other: Self) {
        self.calls += other.calls;
        self.errors += other.errors;
        self.p95 = other.p95.or(self.p95);
    }

    /// Returns errors per call, if there are calls.
    pub(super) fn error_ratio(self) -> Option<f64> {
        (self.calls > 0.0).then(|| self.errors / self.calls)
    }

    /// Returns a text such as `12.3/s, 0.5% errors, p95 4.2 ms`, if there are calls.
    pub(super) fn label(self) -> Option<String> {
        let ratio = self.error_ratio()?;
        let rate = format!("{}/s", format_number(self.calls));
        let errors = (ratio > 0.0).then(|| format!("{}% errors", format_number(100.0 * ratio)));
        let p95 = self.p95.map(|p95| format!("p95 {}", duration(p95)));
        let parts: Vec<String> = [rate].into_iter().chain(errors).chain(p95).collect();
        Some(parts.join(", "))
    }
}

/// Returns the name that a node shows.
pub(super) fn shown(id: &Id) -> &str {
    if id.1 == OVERFLOW {
        "(other callers)"
    } else {
        &id.1
    }
}

/// Returns the text of the small node for an ambiguous call, such as `load ?`.
pub(super) fn ambiguous_label(call: &str) -> String {
    format!(
        "{} ?",
        call.trim_start_matches("self").trim_start_matches('.')
    )
}

fn id(function: &Function) -> Id {
    (function.module.clone(), function.metric_name())
}

/// Formats a time in s, ms, µs or ns.
fn duration(seconds: f64) -> String {
    let (unit, name) = match seconds {
        s if s >= 0.9995 => (1.0, "s"),
        s if s >= 0.000_999_5 => (1e-3, "ms"),
        s if s >= 0.000_000_999_5 => (1e-6, "µs"),
        _ => (1e-9, "ns"),
    };
    format!("{} {name}", format_number(seconds / unit))
}

/// Formats a number with about three digits, more than the precision of a rate.
fn format_number(number: f64) -> String {
    let decimals = match number {
        n if n >= 99.95 => 0,
        n if n >= 9.995 => 1,
        n if n >= 0.9995 => 2,
        n if n >= 0.0995 => 3,
        _ => 4,
    };
    let text = format!("{number:.decimals$}");
    if decimals == 0 {
        return text;
    }
    let text = text.trim_end_matches('0').trim_end_matches('.');
    if text == "0" {
        "<0.0001".to_owned()
    } else {
        text.to_owned()
    }
}
