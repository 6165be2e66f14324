//! The edges of a snapshot, sorted, including those with value 0 that exist from the start.

use super::{
    Caller, Edge, Histogram,
    order::Order,
    outcome::{Outcome, outcome},
    sums::Sum,
};
use crate::cells::CallKind;

/// Outcomes that have series from the start. Without unwinding a panic ends the process, so it has
/// no series.
const ALWAYS: &[CallKind] = &[
    CallKind::OK,
    CallKind::ERROR,
    #[cfg(panic = "unwind")]
    CallKind::PANIC,
];

/// Returns the edges, sorted. Every function has an edge without a caller, and every
/// caller–callee pair has the outcomes in [`ALWAYS`]. So a first error is a rise from 0, which
/// `rate()` sees, unlike a series that appears.
pub(super) fn sorted(functions: usize, order: &Order, mut sums: Vec<Sum>) -> Vec<Edge> {
    let outcomes = Outcomes::of(&sums);
    let always = ALWAYS.iter().map(|&kind| outcomes.rank(kind));
    let mut always: Vec<usize> = always.collect();
    always.sort_unstable();
    // Keys are sorted instead of edges, which are large.
    let called = sums.iter().enumerate();
    let called = called.filter(|(_, sum)| sum.key.kind().is_finished());
    let mut called: Vec<(Pair, usize, usize)> = called
        .filter_map(|(at, sum)| {
            let function = order.place(sum.key.callee())?;
            let caller = order.caller(sum.key.caller());
            Some(((function, caller), outcomes.rank(sum.key.kind()), at))
        })
        .collect();
    called.sort_unstable();
    let mut edges = Vec::with_capacity(called.len() + (functions + called.len()) * always.len());
    let mut of_pairs = called.chunk_by(|one, other| one.0 == other.0).peekable();
    for function in 0..functions {
        let mut pair = (function, Caller::None);
        loop {
            let of_pair = of_pairs.next_if(|of_pair| of_pair[0].0 == pair);
            let first = edges.len();
            let mut unseen = always.iter().copied().peekable();
            for &(_, rank, at) in of_pair.unwrap_or_default() {
                while let Some(zero) = unseen.next_if(|&zero| zero < rank) {
                    edges.push(outcomes.edge(pair, zero));
                }
                // Several ids may stand for one function.
                let is_new = edges[first..]
                    .last()
                    .is_none_or(|last| last.outcome != outcomes.all[rank]);
                if is_new {
                    unseen.next_if_eq(&rank);
                    edges.push(outcomes.edge(pair, rank));
                }
                let (Some(edge), sum) = (edges.last_mut(), &mut sums[at]) else {
                    continue;
                };
                if is_new {
                    edge.latency = std::mem::take(&mut sum.latency);
                    edge.created = sum.created;
                } else {
                    edge.latency.add(&sum.latency);
                    edge.created = [edge.created, sum.created].into_iter().flatten().min();
                }
            }
            edges.extend(unseen.map(|zero| outcomes.edge(pair, zero)));
            begin_together(&mut edges[first..]);
            let next = of_pairs.peek().map(|of_pair| of_pair[0].0);
            match next.filter(|next| next.0 == function) {
                Some(next) => pair = next,
                None => break,
            }
        }
    }
    edges
}

/// A function and its caller.
type Pair = (usize, Caller);

/// The outcomes that occur, sorted, and the rank of each kind among them.
struct Outcomes {
    all: Vec<Outcome>,
    /// By the number of the kind.
    ranks: Vec<usize>,
}

impl Outcomes {
    fn of(sums: &[Sum]) -> Self {
        let finished = sums.iter().map(|sum| sum.key.kind());
        let finished = finished.filter(|kind| kind.is_finished());
        let mut kinds: Vec<CallKind> = Vec::new();
        let mut is_known = Vec::new();
        for kind in finished.chain(ALWAYS.iter().copied()) {
            let number = usize::from(kind.number());
            if number >= is_known.len() {
                is_known.resize(number + 1, false);
            }
            if !is_known[number] {
                is_known[number] = true;
                kinds.push(kind);
            }
        }
        let mut outcomes: Vec<(Outcome, CallKind)> = kinds
            .into_iter()
            .map(|kind| (outcome(kind), kind))
            .collect();
        outcomes.sort_unstable_by(|one, other| one.0.cmp(&other.0));
        let mut ranks = vec![0; is_known.len()];
        let mut all: Vec<Outcome> = Vec::with_capacity(outcomes.len());
        for (outcome, kind) in outcomes {
            // Several kinds may have one name.
            if all.last() != Some(&outcome) {
                all.push(outcome);
            }
            ranks[usize::from(kind.number())] = all.len() - 1;
        }
        Self { all, ranks }
    }

    /// Returns the place of a kind's outcome among all.
    fn rank(&self, kind: CallKind) -> usize {
        self.ranks
            .get(usize::from(kind.number()))
            .copied()
            .unwrap_or(0)
    }

    /// Returns an edge without calls.
    fn edge(&self, (function, caller): Pair, rank: usize) -> Edge {
        Edge::new(
            function,
            caller,
            self.all[rank].clone(),
            Histogram::default(),
        )
    }
}

/// Sets the creation time of the edges that exist from the first call of a pair on: the time of that
/// call, or that of the program without a caller.
fn begin_together(of_pair: &mut [Edge]) {
    let created = of_pair.iter().filter_map(|edge| edge.created);
    let first = created.min();
    for edge in of_pair {
        if ALWAYS.iter().any(|&kind| outcome(kind) == edge.outcome) {
            edge.created = first.filter(|_| edge.caller != Caller::None);
        }
    }
}
