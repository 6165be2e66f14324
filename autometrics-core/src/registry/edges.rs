//! The edges of the process: their numbers, and the limits beyond which they are counted together.

use std::{
    collections::HashMap,
    sync::atomic::{AtomicU64, Ordering},
    time::{SystemTime, UNIX_EPOCH},
};

use super::keys::Keys;
use crate::{
    cells::{Arena, CallKind, Key, NO_FLOW, OVERFLOW_FLOW},
    lock::Lock,
};

/// The edges seen so far in any thread.
#[derive(Debug)]
pub(crate) struct Edges {
    /// The numbers of the edges, which are the same in every thread. Only the lock's owner inserts
    /// into the sets below.
    pub(super) indices: Lock<HashMap<Key, usize>>,
    /// Time of the first call of each edge, by number, in nanoseconds since 1970.
    created: Arena<u64>,
    /// Caller–callee pairs within the limit.
    known: Keys,
    /// Pairs beyond the limit that have overflowed, up to the same limit, to distinguish them from
    /// new ones.
    overflowed: Keys,
    /// Edges with an error kind, up to the limit.
    named: Keys,
    /// Edges of single flows, up to the limit.
    in_flows: Keys,
    /// Maximum number of caller–callee pairs.
    limit: usize,
    /// Number of pairs that have overflowed, up to the limit.
    overflows: AtomicU64,
}

impl Edges {
    pub(super) fn new(limit: usize) -> Self {
        Self {
            indices: Lock::default(),
            created: Arena::new(),
            known: Keys::new(limit),
            overflowed: Keys::new(limit),
            named: Keys::new(limit),
            in_flows: Keys::new(limit),
            limit,
            overflows: AtomicU64::new(0),
        }
    }

    /// Returns the edge under which calls of the edge `key` are counted: `key` itself within the
    /// cardinality limit; beyond it, the edge with the overflow caller, the overflow error kind or
    /// the overflow flow.
    /// Returns `None` if only [`place`](Self::place) can decide, because it was not called for this
    /// key yet.
    ///
    /// Takes no lock.
    pub(crate) fn known_place(&self, key: Key) -> Option<Key> {
        let Edges {
            known,
            overflowed,
            named,
            in_flows,
            ..
        } = self;
        let (pair, flow) = (key.pair(), key.flow());
        // Read before the keys are looked up, so that all keys of a full set are seen.
        let [is_full, is_overflowed_full, is_named_full, is_in_flows_full] =
            [known, overflowed, named, in_flows].map(Keys::is_full);
        // Edges without a caller are as many as functions, and always fit.
        let key = if !key.has_caller() || known.contains(pair) {
            key.without_flow()
        } else if is_full && (overflowed.contains(pair) || is_overflowed_full) {
            key.overflowed()
        } else {
            return None;
        };
        let key = if key.kind().name().is_none() || named.contains(key) {
            key
        } else if is_named_full {
            key.with_kind(CallKind::OVERFLOW)
        } else {
            return None;
        };
        let in_flow = key.with_flow(flow);
        if matches!(flow, NO_FLOW | OVERFLOW_FLOW) || in_flows.contains(in_flow) {
            Some(in_flow)
        } else if is_in_flows_full {
            Some(key.with_flow(OVERFLOW_FLOW))
        } else {
            None
        }
    }

    /// Returns the edge under which calls of the edge `key` are counted, and the number of that
    /// edge; `None` if the lock is lost, or there are no more numbers.
    pub(crate) fn place(&self, key: Key) -> Option<(Key, usize)> {
        let mut indices = self.indices.lock()?;
        let Edges {
            known,
            overflowed,
            named,
            in_flows,
            ..
        } = self;
        let flow = key.flow();
        let fits = !key.has_caller() || known.insert(key.pair()).0;
        let key = if fits {
            key.without_flow()
        } else {
            if overflowed.insert(key.pair()).1 {
                self.overflows.fetch_add(1, Ordering::Relaxed);
            }
            key.overflowed()
        };
        // Kinds without a name are few, and always fit.
        let fits = key.kind().name().is_none() || named.insert(key).0;
        let key = if fits {
            key
        } else {
            key.with_kind(CallKind::OVERFLOW)
        };
        let in_flow = key.with_flow(flow);
        // Each edge has at most one further edge for no flow, and one for the overflow.
        let fits = matches!(flow, NO_FLOW | OVERFLOW_FLOW) || in_flows.insert(in_flow).0;
        let key = if fits {
            in_flow
        } else {
            key.with_flow(OVERFLOW_FLOW)
        };
        let index = self.index(&mut indices, key)?;
        Some((key, index))
    }

    /// Reserves the edge `key`, whose kind is a named error kind, before its first call. Returns
    /// the edge and its number; `None` if it exists already, if half of the limit is used, or if
    /// the lock is lost.
    ///
    /// The other half of the limit remains for error kinds that occur.
    pub(crate) fn reserve(&self, key: Key) -> Option<(Key, usize)> {
        let mut indices = self.indices.lock()?;
        let named = &self.named;
        let is_new = key.kind().name().is_some()
            && !named.has_at_least(self.limit / 2)
            && named.insert(key).1;
        let index = is_new.then(|| self.index(&mut indices, key))?;
        Some((key, index?))
    }

    /// Returns the number of caller–callee pairs that have overflowed, counted up to the limit.
    pub(crate) fn overflows(&self) -> u64 {
        // Relaxed: a count orders nothing.
        self.overflows.load(Ordering::Relaxed)
    }

    /// Returns the time of the first call of the edge with this number, in nanoseconds since 1970.
    pub(super) fn created(&self, index: usize) -> Option<u64> {
        self.created.get(index).copied()
    }

    /// Returns the number of the edge `key`. If it has none, assigns one and stores the time of its
    /// first call; `None` if there are no more numbers, after some 2^26 edges.
    fn index(&self, indices: &mut HashMap<Key, usize>, key: Key) -> Option<usize> {
        if let Some(&index) = indices.get(&key) {
            return Some(index);
        }
        let mut number = None;
        self.created.push(|next| {
            number = Some(next);
            unix_nanos()
        });
        indices.insert(key, number?);
        number
    }
}

/// Returns the system time in nanoseconds since 1970; zero if it is earlier.
pub(super) fn unix_nanos() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
    })
}

#[cfg(test)]
mod tests {
    use super::Edges;
    use crate::cells::{CallKind, Key, NO_FLOW, OVERFLOW_FLOW, Scope};

    #[test]
    fn the_place_of_an_overflowed_edge_is_known_without_the_lock() {
        let edges = Edges::new(2);
        let edge = |caller| Key::new(1, Scope::new(caller, NO_FLOW), CallKind::OK);
        for caller in 2..6 {
            assert_eq!(edges.known_place(edge(caller)), None);
            edges.place(edge(caller)).unwrap();
        }
        let _held = edges.indices.lock().unwrap();
        for (caller, is_overflowed) in [(2, false), (3, false), (4, true), (5, true), (6, true)] {
            let place = if is_overflowed {
                edge(caller).overflowed()
            } else {
                edge(caller)
            };
            assert_eq!(edges.known_place(edge(caller)), Some(place), "{caller}");
        }
        assert_eq!(edges.overflows(), 2);
    }

    #[test]
    fn flows_beyond_the_limit_overflow_and_lose_no_caller() {
        let edges = Edges::new(2);
        let edge = |flow| Key::new(1, Scope::new(2, flow), CallKind::OK);
        for flow in [NO_FLOW, 1, 2, 3, 4] {
            assert_eq!(edges.known_place(edge(flow)).is_some(), flow > 2);
            edges.place(edge(flow)).unwrap();
        }
        let _held = edges.indices.lock().unwrap();
        for (flow, counted_in) in [
            (NO_FLOW, NO_FLOW),
            (1, 1),
            (2, 2),
            (3, OVERFLOW_FLOW),
            (9, OVERFLOW_FLOW),
        ] {
            assert_eq!(
                edges.known_place(edge(flow)),
                Some(edge(counted_in)),
                "{flow}"
            );
        }
        assert_eq!(edges.overflows(), 0);
    }
}
