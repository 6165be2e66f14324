//! The callers of a function, and the change of their shares.

use super::{
    cells::Cells,
    mantel_haenszel::Stratum,
    proportion::Share,
    table::{CallerName, EdgeRow, Table},
};
use crate::calls::{Counts, Name};

/// Change of a caller's share from which the mix of callers counts as changed.
const CHANGED: f64 = 0.05;

/// Caller whose share of the calls changed most.
#[derive(Clone, Debug, PartialEq)]
pub struct MixChange {
    /// The function, or other code, that makes the calls.
    pub caller: CallerName,
    /// Its share of the calls before, from 0 to 1.
    pub share_before: f64,
    /// Its share of the calls after, from 0 to 1.
    pub share_after: f64,
}

/// Callers of a function on both sides, those with few calls as one.
#[derive(Clone, Debug, Default)]
pub(super) struct Mix {
    /// Calls of each caller, before and after.
    strata: Vec<[Caller; 2]>,
    pub(super) change: Option<MixChange>,
    /// Total variation distance between the callers' shares, from 0 to 1: the share of calls that
    /// moved to another caller.
    pub(super) moved: f64,
}

#[derive(Clone, Debug, Default)]
struct Caller {
    counts: Counts,
    cells: Cells,
}

/// Latencies after, as if the callers had the shares of before.
pub(super) struct Standardised {
    pub(super) before: Cells,
    pub(super) after: Cells,
    /// Mean latencies in seconds, before and after.
    pub(super) means: [f64; 2],
}

impl Caller {
    fn add(&mut self, row: Option<&EdgeRow>) {
        if let Some(row) = row {
            self.counts.add(row.counts);
            self.cells.add_scaled(&Cells::new(&row.latencies), 1.0);
        }
    }
}

impl Mix {
    /// Collects the callers of a function. Those with fewer than `fewest` calls on a side are one
    /// caller, which is left out if it is too small as well.
    pub(super) fn new(before: &Table, after: &Table, callee: &Name, fewest: f64) -> Self {
        let mut names: Vec<_> = before.callers(callee).map(|(caller, _)| caller).collect();
        names.extend(after.callers(callee).map(|(caller, _)| caller));
        names.sort();
        names.dedup();
        let mut mix = Self::default();
        let mut rest = [Caller::default(), Caller::default()];
        let all = [before.calls(callee), after.calls(callee)];
        for name in names {
            let key = (callee.clone(), name.clone());
            let rows = [before.edges.get(&key), after.edges.get(&key)];
            let calls = rows.map(|row| row.map_or(0.0, |row| row.counts.calls));
            let is_large = calls[0] >= fewest && calls[1] >= fewest;
            let mut own = [Caller::default(), Caller::default()];
            let to = if is_large { &mut own } else { &mut rest };
            for (caller, row) in to.iter_mut().zip(rows) {
                caller.add(row);
            }
            if is_large {
                mix.strata.push(own);
            }
            mix.note(name, [calls[0] / all[0], calls[1] / all[1]]);
        }
        if rest.iter().all(|caller| caller.counts.calls >= fewest) {
            mix.strata.push(rest);
        }
        mix
    }

    fn note(&mut self, caller: &CallerName, [before, after]: [f64; 2]) {
        let change = (after - before).abs();
        if change.is_finite() {
            self.moved += change / 2.0;
        }
        let largest = self.change.as_ref();
        let largest = largest.map_or(CHANGED, |it| (it.share_after - it.share_before).abs());
        if change.is_finite() && change > largest {
            self.change = Some(MixChange {
                caller: caller.clone(),
                share_before: before,
                share_after: after,
            });
        }
    }

    /// Returns the number of callers that can be compared.
    pub(super) fn len(&self) -> usize {
        self.strata.len()
    }

    /// Returns errors and calls of each caller.
    pub(super) fn shares(&self) -> Vec<Stratum> {
        let share = |caller: &Caller| Share {
            errors: caller.counts.errors,
            calls: caller.counts.calls,
        };
        let strata = self.strata.iter();
        strata.map(|[a, b]| [share(a), share(b)]).collect()
    }

    /// Weights the latencies after by the callers' shares before (direct standardisation, Kitagawa
    /// 1955). `None` if latencies are not known per caller.
    ///
    /// The weighted number of calls is the effective one, (Σn)² / Σ(n²/m), for standard errors.
    pub(super) fn standardised(&self) -> Option<Standardised> {
        let mut before = Cells::default();
        let mut after = Cells::default();
        let (mut all, mut squares) = (0.0, 0.0);
        let mut means = [0.0, 0.0];
        for [a, b] in &self.strata {
            let (n, m) = (a.cells.count(), b.cells.count());
            if n <= 0.0 || m <= 0.0 {
                return None;
            }
            before.add_scaled(&a.cells, 1.0);
            after.add_scaled(&b.cells, n / m);
            all += n;
            squares += n * n / m;
            for (mean, caller) in means.iter_mut().zip([a, b]) {
                *mean += n * caller.counts.seconds / caller.counts.calls;
            }
        }
        if all <= 0.0 {
            return None;
        }
        after.scale(all / squares);
        Some(Standardised {
            before,
            after,
            means: means.map(|mean| mean / all),
        })
    }
}
