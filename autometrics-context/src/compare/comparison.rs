//! The comparison of two sides.

use std::collections::BTreeSet;

use super::{
    errors, latency,
    latency::{Latencies, Measured},
    mix::Mix,
    options::Options,
    presence,
    proportion::Share,
    result::{Comparison, EdgeChange, FunctionChange},
    table::{CallerName, EdgeRow, FunctionRow, Table},
    trial::{Trial, decide},
    verdict::{Finding, Question, Verdict},
};
use crate::calls::{Calls, Counts, FunctionCalls, Name};

/// Function or edge with its tests.
struct Subject<T> {
    of: T,
    latencies: Option<(Latencies, Measured)>,
    /// The share of calls that moved to another caller; `None` if only calls of the same caller are
    /// compared.
    moved: Option<f64>,
    trials: Vec<Trial>,
}

/// Compares the calls of two sides, each in slices of time.
///
/// Several slices show how much the program varies by itself; with one, its variation in time is
/// unknown, which a note says. Slices need not have the same length.
pub fn compare(before: &[Calls], after: &[Calls], options: &Options) -> Comparison {
    let tables = [Table::new(before), Table::new(after)];
    let [a, b] = &tables;
    let names: BTreeSet<_> = a.functions.keys().chain(b.functions.keys()).collect();
    let mut functions: Vec<_> = names
        .into_iter()
        .map(|name| function(a, b, name, options))
        .collect();
    let keys: BTreeSet<_> = a.edges.keys().chain(b.edges.keys()).collect();
    let mut edges: Vec<_> = keys
        .into_iter()
        .map(|(callee, caller)| edge(a, b, callee, caller, options))
        .collect();
    let measured = functions.iter().filter_map(|it| it.latencies.as_ref());
    let drift = latency::drift(measured.map(|(_, measured)| measured), options);
    for function in &mut functions {
        function.add_latency(drift, options);
    }
    for edge in &mut edges {
        edge.add_latency(drift, options);
    }
    let of_functions = functions.iter_mut().flat_map(|it| &mut it.trials);
    let of_edges = edges.iter_mut().flat_map(|it| &mut it.trials);
    let mut trials: Vec<_> = of_functions.chain(of_edges).collect();
    let tests = decide(&mut trials, options.alpha);
    let mut functions: Vec<_> = functions
        .into_iter()
        .map(|it| FunctionChange {
            findings: it.trials.into_iter().map(|trial| trial.finding).collect(),
            ..it.of
        })
        .collect();
    let mut edges: Vec<_> = edges
        .into_iter()
        .map(|it| EdgeChange {
            findings: it.trials.into_iter().map(|trial| trial.finding).collect(),
            ..it.of
        })
        .collect();
    explain(&mut functions, &tables);
    functions.sort_by(|one, other| {
        let key = |it: &FunctionChange| (!it.because_of.is_empty(), it.verdict());
        key(one)
            .cmp(&key(other))
            .then(weight(other).total_cmp(&weight(one)))
    });
    functions.sort_by_key(|it| !it.verdict().is_change());
    edges.sort_by_key(EdgeChange::verdict);
    Comparison {
        seconds: [a.seconds, b.seconds],
        slices: [a.slices.len(), b.slices.len()],
        tests,
        drift: drift.map(f64::exp),
        functions,
        edges,
        notes: notes(&tables, drift),
    }
}

fn weight(change: &FunctionChange) -> f64 {
    change
        .before
        .counts
        .seconds
        .max(change.after.counts.seconds)
}

fn function(a: &Table, b: &Table, name: &Name, options: &Options) -> Subject<FunctionChange> {
    let empty = FunctionRow {
        total: FunctionCalls {
            name: name.clone(),
            ..FunctionCalls::default()
        },
        slices: Vec::new(),
    };
    let rows = [a, b].map(|table| table.functions.get(name).unwrap_or(&empty));
    let [before, after] = rows.map(|row| row.total.clone());
    let calls = (before.counts.calls, after.counts.calls);
    let mut subject = Subject {
        of: FunctionChange {
            before,
            after,
            mix: None,
            findings: Vec::new(),
            because_of: Vec::new(),
        },
        latencies: None,
        moved: None,
        trials: Vec::new(),
    };
    if calls.0.min(calls.1) < options.fewest_calls {
        subject.trials.push(rare(a, b, name, calls, options));
        return subject;
    }
    let mix = Mix::new(a, b, name, options.fewest_calls);
    let is_mixed = mix.change.is_some();
    let shares = rows.map(|row| {
        let slices = row.slices.iter();
        let share = slices.map(|slice| share(slice.counts));
        share.collect::<Vec<_>>()
    });
    let strata = mix.shares();
    subject
        .trials
        .push(errors::ratio([&shares[0], &shares[1]], &strata, is_mixed));
    subject
        .trials
        .extend(errors::new_kinds(rows[0], rows[1], options));
    let slices = rows.map(FunctionRow::cells);
    let standardised = mix.standardised().filter(|_| mix.len() > 1);
    let latencies = if let Some(it) = standardised {
        Latencies {
            cells: [it.before, it.after],
            slices,
            means: it.means,
        }
    } else {
        if is_mixed {
            subject.moved = Some(mix.moved);
        }
        let counts = rows.map(|row| row.total.counts);
        Latencies::of(slices, counts)
    };
    subject.of.mix = mix.change;
    subject.measure(latencies, options);
    subject
}

/// Answers for a function with few calls on a side.
fn rare(a: &Table, b: &Table, name: &Name, calls: (f64, f64), options: &Options) -> Trial {
    if calls.1 < 0.5 {
        if let Some(lost) = presence::lost(a, b, name, options) {
            return lost;
        }
    }
    let reason = format!(
        "{} calls before, {} after",
        calls.0.round(),
        calls.1.round()
    );
    let appeared = calls.0 < 0.5 && calls.1 >= options.fewest_calls;
    let verdict = if appeared {
        Verdict::Appeared
    } else {
        Verdict::TooFewCalls
    };
    Trial::decided(Finding::untested(
        Question::Presence,
        verdict,
        calls,
        reason,
    ))
}

fn edge(
    a: &Table,
    b: &Table,
    callee: &Name,
    caller: &CallerName,
    options: &Options,
) -> Subject<EdgeChange> {
    let key = (callee.clone(), caller.clone());
    let empty = EdgeRow::default();
    let rows = [a, b].map(|table| table.edges.get(&key).unwrap_or(&empty));
    let counts = rows.map(|row| row.counts);
    let mut subject = Subject {
        of: EdgeChange {
            caller: caller.clone(),
            callee: callee.clone(),
            counts,
            latencies: rows.map(|row| row.latencies.clone()),
            findings: Vec::new(),
        },
        latencies: None,
        moved: None,
        trials: Vec::new(),
    };
    let is_called = b.calls(callee) > 0.0;
    if is_called {
        let sides = [(a, rows[0]), (b, rows[1])];
        subject
            .trials
            .extend(presence::per_call(sides, caller, options));
    }
    // An edge that is the only one to its function has the function's findings.
    let is_only = a.callers(callee).count().max(b.callers(callee).count()) < 2;
    if is_only || counts.iter().any(|it| it.calls < options.fewest_calls) {
        return subject;
    }
    let shares = rows.map(|row| {
        let slices = row.slices.iter();
        let share = slices.map(|slice| share(slice.0));
        share.collect::<Vec<_>>()
    });
    subject
        .trials
        .push(errors::ratio([&shares[0], &shares[1]], &[], false));
    let latencies = Latencies::of(rows.map(EdgeRow::cells), counts);
    subject.measure(latencies, options);
    subject
}

fn share(counts: Counts) -> Share {
    Share {
        errors: counts.errors.min(counts.calls),
        calls: counts.calls,
    }
}

impl<T> Subject<T> {
    fn measure(&mut self, latencies: Latencies, options: &Options) {
        let measured = latencies.measure(options);
        self.latencies = measured.map(|measured| (latencies, measured));
    }

    /// Adds the tests of latency, without the drift of all functions.
    fn add_latency(&mut self, drift: Option<f64>, options: &Options) {
        let Some((latencies, measured)) = &self.latencies else {
            return;
        };
        let mut trials = latency::trials(measured, latency::removed(drift), options);
        if let Some(moved) = self.moved {
            latency::withdraw_mix(&mut trials, &latencies.cells, moved);
        }
        self.trials.extend(trials);
    }
}

/// Notes the callees that have the same verdict, and so explain it.
fn explain(functions: &mut [FunctionChange], tables: &[Table; 2]) {
    let verdicts: Vec<_> = functions
        .iter()
        .map(|it| (it.name().clone(), it.verdict()))
        .collect();
    for function in functions {
        let verdict = function.verdict();
        if !matches!(
            verdict,
            Verdict::Slower | Verdict::Faster | Verdict::MoreErrors | Verdict::FewerErrors
        ) {
            continue;
        }
        let caller = CallerName::Function(function.name().clone());
        let same = verdicts.iter().filter(|(callee, of)| {
            *of == verdict
                && callee != function.name()
                && tables[1]
                    .edges
                    .contains_key(&(callee.clone(), caller.clone()))
        });
        function.because_of = same.map(|(name, _)| name.clone()).collect();
    }
}

fn notes([a, b]: &[Table; 2], drift: Option<f64>) -> Vec<String> {
    let mut notes = Vec::new();
    if a.slices.len() < 2 || b.slices.len() < 2 {
        notes.push(
            "a side is one slice of time, so the program's variation in time is unknown".to_owned(),
        );
    }
    let overflows = |table: &Table| {
        let mut edges = table.edges.keys();
        edges.any(|(_, caller)| *caller == CallerName::Overflow)
    };
    if overflows(a) || overflows(b) {
        notes.push(
            "some callers are beyond the cardinality limit, so the comparison by caller is incomplete"
                .to_owned(),
        );
    }
    if let Some(drift) = drift.filter(|it| it.abs() > 1.1_f64.ln()) {
        notes.push(format!(
            "the latency of all functions changed by a factor of {:.2}: the machine, the load, or \
             something that all of them use",
            drift.exp()
        ));
    }
    notes
}
