//! The functions, bounds and edges of the process.

mod keys;
mod registration;

use std::{
    collections::HashMap,
    sync::{
        OnceLock,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use slo_spec::Objective;

use self::keys::Keys;
use crate::{
    buckets::Layout,
    callsite::{Callsite, FunctionInfo},
    cells::{Arena, CallKind, Key, List, MAX_ID, NO_FLOW, OVERFLOW_FLOW, Scope, Sets},
    clock,
    events::EventSettings,
    flow::Flows,
    lock::Lock,
    platform::linked,
    remote::RemoteCallers,
};

static REGISTRY: OnceLock<Registry> = OnceLock::new();

/// The state of the process. Created at the first call, or earlier if settings are applied.
#[derive(Debug)]
pub(crate) struct Registry {
    /// Functions that the linker collected; their ids are 1, 2, …
    linked: Vec<FunctionInfo>,
    /// Functions that registered at their first call, because the linker's list does not contain
    /// them. Their ids follow. The bounds are fixed by then and do not include the thresholds of
    /// their objectives.
    late: List<FunctionInfo>,
    /// The latency buckets: fine buckets, split by the bounds of the settings and every objective's
    /// threshold.
    pub(crate) layout: Layout,
    /// Time when the registry was created, in nanoseconds since 1970.
    started: u64,
    cardinality_limit: usize,
    pub(crate) events: EventSettings,
    edges: Edges,
    overflowed_edges: AtomicU64,
    pub(crate) sets: Sets,
    /// Callers in other programs.
    pub(crate) remote_callers: RemoteCallers,
    pub(crate) flows: Flows,
}

/// Settings that are fixed at the first call.
#[derive(Clone, Debug)]
pub(crate) struct FixedSettings {
    /// Bounds of the latency buckets in nanoseconds, ascending, without the objectives' thresholds.
    pub(crate) bounds: Vec<u64>,
    /// Maximum number of caller–callee pairs with cells of their own.
    pub(crate) cardinality_limit: usize,
    /// Settings of the calls that are kept as events.
    pub(crate) events: EventSettings,
    /// Maximum number of flows; zero if flows are not counted.
    pub(crate) flow_limit: u8,
}

/// The edges seen so far in any thread.
#[derive(Debug)]
struct Edges {
    /// The numbers of the edges, which are the same in every thread. Only the lock's owner inserts
    /// into the sets below.
    indices: Lock<HashMap<Key, usize>>,
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
}

/// Returns the registry; creates it with default settings unless others were applied before.
pub(crate) fn get() -> &'static Registry {
    if let Some(registry) = REGISTRY.get() {
        return registry;
    }
    initialize(FixedSettings::default());
    // It exists now, created by this thread or by a faster one.
    REGISTRY.get_or_init(|| Registry::new(FixedSettings::default()))
}

/// Creates the registry with `settings`; returns `false` if there is one already.
///
/// It is created before it is put in place: several threads may create one at once, and none waits
/// for another, which may be within an allocator that a third one waits for.
pub(crate) fn initialize(settings: FixedSettings) -> bool {
    // From here on functions have ids, and are timed from their first call.
    clock::begin();
    let is_first = REGISTRY.set(Registry::new(settings)).is_ok();
    // Not earlier: with the counter in use, a call within an allocator would need the registry.
    clock::calibrate(&get().layout);
    is_first
}

impl Registry {
    fn new(settings: FixedSettings) -> Self {
        let flows = Flows::new(settings.flow_limit);
        let mut sites: Vec<_> = linked::callsites()
            .map(|site| (site.info(), site))
            .collect();
        // The linker's order differs from build to build.
        sites.sort_by_key(|(info, _)| info.order());
        for ((_, site), id) in sites.iter().zip(1..=MAX_ID) {
            site.give_scope(flows.scope_of(id));
        }
        let linked: Vec<FunctionInfo> = sites.into_iter().map(|(info, _)| info).collect();
        let thresholds = linked
            .iter()
            .flat_map(|info| info.objectives)
            .filter_map(threshold);
        let mut limits: Vec<u64> = settings.bounds.into_iter().chain(thresholds).collect();
        limits.sort_unstable();
        limits.dedup();
        let bounds: Vec<f64> = limits.into_iter().map(clock::seconds).collect();
        let limit = settings.cardinality_limit;
        Self {
            linked,
            late: List::new(),
            layout: Layout::new(&bounds),
            started: unix_nanos(),
            cardinality_limit: limit,
            events: settings.events,
            edges: Edges {
                indices: Lock::default(),
                created: Arena::new(),
                known: Keys::new(limit),
                overflowed: Keys::new(limit),
                named: Keys::new(limit),
                in_flows: Keys::new(limit),
            },
            overflowed_edges: AtomicU64::new(0),
            sets: Sets::new(),
            remote_callers: RemoteCallers::default(),
            flows,
        }
    }

    fn register_late(&self, site: &'static Callsite) -> Option<Scope> {
        // The lock prevents that two threads register the same function twice.
        let _edges = self.edges.indices.lock()?;
        if let Some(scope) = site.given_scope() {
            return Some(scope);
        }
        self.late.push(site.info());
        let id = self.linked.len() + self.late.iter().count();
        let id = u32::try_from(id).unwrap_or(MAX_ID).min(MAX_ID);
        let scope = self.flows.scope_of(id);
        site.give_scope(scope);
        Some(scope)
    }

    /// Returns all functions in the order of their ids; the first id is 1.
    pub(crate) fn functions(&self) -> impl Iterator<Item = &FunctionInfo> {
        self.linked.iter().chain(self.late.iter())
    }

    /// Returns the function with this id; `None` for other ids, such as those of remote callers.
    pub(crate) fn function(&self, id: u32) -> Option<&FunctionInfo> {
        let at = (id as usize).checked_sub(1)?;
        match at.checked_sub(self.linked.len()) {
            None => self.linked.get(at),
            Some(late) => self.late.iter().nth(late),
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
        } = &self.edges;
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
        let mut indices = self.edges.indices.lock()?;
        let Edges {
            known,
            overflowed,
            named,
            in_flows,
            ..
        } = &self.edges;
        let flow = key.flow();
        let fits = !key.has_caller() || known.insert(key.pair()).0;
        let key = if fits {
            key.without_flow()
        } else {
            if overflowed.insert(key.pair()).1 {
                self.overflowed_edges.fetch_add(1, Ordering::Relaxed);
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
        let index = self.edges.index(&mut indices, key)?;
        Some((key, index))
    }

    /// Reserves the edge `key`, whose kind is a named error kind, before its first call. Returns
    /// the edge and its number; `None` if it exists already, if half of the limit is used, or if
    /// the lock is lost.
    ///
    /// The other half of the limit remains for error kinds that occur.
    pub(crate) fn reserve(&self, key: Key) -> Option<(Key, usize)> {
        let mut indices = self.edges.indices.lock()?;
        let named = &self.edges.named;
        let is_new = key.kind().name().is_some()
            && !named.has_at_least(self.cardinality_limit / 2)
            && named.insert(key).1;
        let index = is_new.then(|| self.edges.index(&mut indices, key))?;
        Some((key, index?))
    }

    /// Returns the number of buckets of a group.
    pub(crate) fn buckets(&self, group: u8) -> usize {
        self.layout.group(group).len()
    }

    /// Returns the time when the program began to count.
    pub(crate) fn started(&self) -> SystemTime {
        time(self.started)
    }

    /// Returns the time of the first call of the edge with this number.
    pub(crate) fn created(&self, index: usize) -> Option<SystemTime> {
        self.edges.created.get(index).copied().map(time)
    }

    /// Returns the number of keys up to which a thread's table also stores keys of overflowed
    /// edges, so that their calls need no call of [`place`](Self::place).
    ///
    /// It is the number of all possible edges: one per edge with an error kind, and one per kind
    /// without a name for each caller–callee pair within the limit and two more pairs of each
    /// function. A larger table could only grow by keys of overflowed edges, whose number has no
    /// limit.
    pub(crate) fn most_keys(&self) -> usize {
        let functions = self.linked.len();
        let edges = self.cardinality_limit.saturating_add(2 * functions);
        let in_no_flow = edges
            .saturating_mul(CallKind::UNNAMED)
            .saturating_add(self.cardinality_limit);
        if self.flows.are_counted() {
            // Each also in the overflow flow, and those of single flows.
            in_no_flow
                .saturating_mul(2)
                .saturating_add(self.cardinality_limit)
        } else {
            in_no_flow
        }
    }

    pub(crate) fn overflowed_edges(&self) -> u64 {
        self.overflowed_edges.load(Ordering::Relaxed)
    }
}

impl Edges {
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

/// Converts nanoseconds since 1970.
fn time(unix_nanos: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_nanos(unix_nanos)
}

/// Returns the system time in nanoseconds since 1970; zero if it is earlier.
fn unix_nanos() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
    })
}

impl Default for FixedSettings {
    fn default() -> Self {
        Self {
            bounds: autometrics_schema::DEFAULT_BUCKETS
                .iter()
                .filter_map(|&bound| nanos(bound))
                .collect(),
            cardinality_limit: 10_000,
            events: EventSettings::default(),
            flow_limit: 0,
        }
    }
}

/// Converts `seconds` to nanoseconds; `None` below 1 ns and above a year.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "checked before"
)]
pub(crate) fn nanos(seconds: f64) -> Option<u64> {
    let nanos = (seconds * 1e9).round();
    (1.0..=366.0 * 86_400e9)
        .contains(&nanos)
        .then_some(nanos as u64)
}

fn threshold(objective: &Objective) -> Option<u64> {
    let latency = objective.latency_target()?;
    u64::try_from(latency.threshold().as_nanos()).ok()
}

#[cfg(test)]
mod tests {
    use super::{FixedSettings, Registry};
    use crate::cells::{CallKind, Key, NO_FLOW, OVERFLOW_FLOW, Scope};

    #[test]
    fn the_place_of_an_overflowed_edge_is_known_without_the_lock() {
        let registry = Registry::new(FixedSettings {
            cardinality_limit: 2,
            ..FixedSettings::default()
        });
        let edge = |caller| Key::new(1, Scope::new(caller, NO_FLOW), CallKind::OK);
        for caller in 2..6 {
            assert_eq!(registry.known_place(edge(caller)), None);
            registry.place(edge(caller)).unwrap();
        }
        let _held = registry.edges.indices.lock().unwrap();
        for (caller, is_overflowed) in [(2, false), (3, false), (4, true), (5, true), (6, true)] {
            let place = if is_overflowed {
                edge(caller).overflowed()
            } else {
                edge(caller)
            };
            assert_eq!(registry.known_place(edge(caller)), Some(place), "{caller}");
        }
        assert_eq!(registry.overflowed_edges(), 2);
    }

    #[test]
    fn flows_beyond_the_limit_overflow_and_lose_no_caller() {
        let registry = Registry::new(FixedSettings {
            cardinality_limit: 2,
            flow_limit: 9,
            ..FixedSettings::default()
        });
        let edge = |flow| Key::new(1, Scope::new(2, flow), CallKind::OK);
        for flow in [NO_FLOW, 1, 2, 3, 4] {
            assert_eq!(registry.known_place(edge(flow)).is_some(), flow > 2);
            registry.place(edge(flow)).unwrap();
        }
        let _held = registry.edges.indices.lock().unwrap();
        for (flow, counted_in) in [
            (NO_FLOW, NO_FLOW),
            (1, 1),
            (2, 2),
            (3, OVERFLOW_FLOW),
            (9, OVERFLOW_FLOW),
        ] {
            assert_eq!(
                registry.known_place(edge(flow)),
                Some(edge(counted_in)),
                "{flow}"
            );
        }
        assert_eq!(registry.overflowed_edges(), 0);
    }
}
