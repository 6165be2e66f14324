//! The one set of functions, bounds and edges that the process has.

mod keys;

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
    callsite::{About, Callsite},
    cells::{Arena, Key, Kind, List, MAX_ID, Sets},
    clock,
    events::Events,
    lock::Lock,
    platform::linked,
    remote::Remotes,
    thread,
};

static REGISTRY: OnceLock<Registry> = OnceLock::new();

/// Fixed at the first call, or when settings are applied, whichever is first.
#[derive(Debug)]
pub(crate) struct Registry {
    /// The functions that the linker collected; their ids are 1, 2, …
    linked: Vec<About>,
    /// Functions that registered at their first call, where the linker's list
    /// does not reach them. Their ids follow. The bounds are fixed by then, so
    /// their objectives' thresholds are not among them.
    late: List<About>,
    /// The latency buckets: the fine ones, split by the bounds of the settings and every
    /// objective's threshold.
    pub(crate) layout: Layout,
    /// When it was made, in nanoseconds since 1970.
    started: u64,
    cardinality_limit: usize,
    pub(crate) events: Events,
    edges: Edges,
    folded_edges: AtomicU64,
    pub(crate) sets: Sets,
    /// Callers in other programs.
    pub(crate) remotes: Remotes,
}

/// What is fixed at the first call.
#[derive(Clone, Debug)]
pub(crate) struct Recording {
    /// Bounds of the latency buckets in nanoseconds, ascending, without the
    /// objectives' thresholds.
    pub(crate) bounds: Vec<u64>,
    /// How many edges have a cell of their own.
    pub(crate) cardinality_limit: usize,
    /// The calls that are kept as events.
    pub(crate) events: Events,
}

/// The edges seen so far in any thread.
#[derive(Debug)]
struct Edges {
    /// The numbers of the edges, which are the same in every thread. Only its owner inserts
    /// into the sets below.
    indices: Lock<HashMap<Key, usize>>,
    /// By number: when the edge was first called, in nanoseconds since 1970.
    created: Arena<u64>,
    /// Pairs of callee and caller within the limit.
    known: Keys,
    /// Pairs beyond it, as many as there is a limit, to tell them from new ones.
    folded: Keys,
    /// Edges with a named kind of error, as many as there is a limit.
    named: Keys,
}

/// The registry, made with default settings unless others were applied before.
pub(crate) fn get() -> &'static Registry {
    if let Some(registry) = REGISTRY.get() {
        return registry;
    }
    initialize(Recording::default());
    // It is there now, put in place by this thread or by one that was quicker.
    REGISTRY.get_or_init(|| Registry::new(Recording::default()))
}

/// Makes the registry with `recording`. `false` when there is one already.
///
/// It is made before it is put in place: several threads may do so at once, and none waits for
/// another, which may be within an allocator that a third one waits for.
pub(crate) fn initialize(recording: Recording) -> bool {
    // Functions have ids from here on, and are timed from their first call.
    clock::begin();
    let is_first = REGISTRY.set(Registry::new(recording)).is_ok();
    // Not before: with the counter in use, a call within an allocator would ask for the registry.
    clock::calibrate(&get().layout);
    is_first
}

/// Gives `site` its id; zero when this thread is within the allocator of another first call,
/// so that the call is not counted.
#[cold]
#[inline(never)]
pub(crate) fn register(site: &'static Callsite) -> u32 {
    let id = thread::unless_busy(|| {
        let registry = get();
        site.given_id().or_else(|| registry.register_late(site))
    });
    id.flatten().unwrap_or(0)
}

impl Registry {
    fn new(recording: Recording) -> Self {
        let mut sites: Vec<_> = linked::callsites()
            .map(|site| (site.about(), site))
            .collect();
        // The linker's order differs from build to build.
        sites.sort_by_key(|(about, _)| about.order());
        for ((_, site), id) in sites.iter().zip(1..=MAX_ID) {
            site.give_id(id);
        }
        let linked: Vec<About> = sites.into_iter().map(|(about, _)| about).collect();
        let thresholds = linked
            .iter()
            .flat_map(|about| about.objectives)
            .filter_map(threshold);
        let mut limits: Vec<u64> = recording.bounds.into_iter().chain(thresholds).collect();
        limits.sort_unstable();
        limits.dedup();
        let bounds: Vec<f64> = limits.into_iter().map(clock::seconds).collect();
        let limit = recording.cardinality_limit;
        Self {
            linked,
            late: List::new(),
            layout: Layout::new(&bounds),
            started: unix_nanos(),
            cardinality_limit: limit,
            events: recording.events,
            edges: Edges {
                indices: Lock::default(),
                created: Arena::new(),
                known: Keys::new(limit),
                folded: Keys::new(limit),
                named: Keys::new(limit),
            },
            folded_edges: AtomicU64::new(0),
            sets: Sets::new(),
            remotes: Remotes::default(),
        }
    }

    fn register_late(&self, site: &'static Callsite) -> Option<u32> {
        // The lock makes sure that two threads do not register one function twice.
        let _edges = self.edges.indices.lock()?;
        if let Some(id) = site.given_id() {
            return Some(id);
        }
        self.late.push(site.about());
        let id = self.linked.len() + self.late.iter().count();
        let id = u32::try_from(id).unwrap_or(MAX_ID).min(MAX_ID);
        site.give_id(id);
        Some(id)
    }

    /// All functions, in the order of their ids, of which the first is 1.
    pub(crate) fn functions(&self) -> impl Iterator<Item = &About> {
        self.linked.iter().chain(self.late.iter())
    }

    /// The function that has this id.
    pub(crate) fn function(&self, id: u32) -> Option<&About> {
        let at = (id as usize).checked_sub(1)?;
        match at.checked_sub(self.linked.len()) {
            None => self.linked.get(at),
            Some(late) => self.late.iter().nth(late),
        }
    }

    /// Returns where calls of the edge `key` are counted: `key` itself within the cardinality
    /// limit, and the edge or the kind of error that it is folded into beyond. `None` when only
    /// [`place`](Self::place) can tell, as it was not asked yet.
    ///
    /// Takes no lock.
    pub(crate) fn known_place(&self, key: Key) -> Option<Key> {
        let Edges {
            known,
            folded,
            named,
            ..
        } = &self.edges;
        let pair = key.pair();
        // Before the keys are looked for, so that all of a full set are seen.
        let [is_full, is_folded_full, is_named_full] = [known, folded, named].map(Keys::is_full);
        // Edges without a caller are as many as functions, and always fit.
        let key = if !key.has_caller() || known.contains(pair) {
            key
        } else if is_full && (folded.contains(pair) || is_folded_full) {
            key.folded()
        } else {
            return None;
        };
        if key.kind().name().is_none() || named.contains(key) {
            Some(key)
        } else if is_named_full {
            Some(key.with_kind(Kind::OVERFLOW))
        } else {
            None
        }
    }

    /// Returns where calls of the edge `key` are counted, and the number of that edge; `None`
    /// when the lock is lost.
    pub(crate) fn place(&self, key: Key) -> Option<(Key, usize)> {
        let mut indices = self.edges.indices.lock()?;
        let Edges {
            known,
            folded,
            named,
            ..
        } = &self.edges;
        let fits = !key.has_caller() || known.insert(key.pair()).0;
        let key = if fits {
            key
        } else {
            if folded.insert(key.pair()).1 {
                self.folded_edges.fetch_add(1, Ordering::Relaxed);
            }
            key.folded()
        };
        // Kinds without a name are few, and always fit.
        let fits = key.kind().name().is_none() || named.insert(key).0;
        let key = if fits {
            key
        } else {
            key.with_kind(Kind::OVERFLOW)
        };
        let index = self.edges.index(&mut indices, key);
        Some((key, index))
    }

    /// Where calls of the edge `key`, which ended with a named kind of error,
    /// will be counted, unless that is known already.
    ///
    /// Half of the room is left to kinds that do occur.
    pub(crate) fn reserve(&self, key: Key) -> Option<(Key, usize)> {
        let mut indices = self.edges.indices.lock()?;
        let named = &self.edges.named;
        let is_new = key.kind().name().is_some()
            && !named.has_at_least(self.cardinality_limit / 2)
            && named.insert(key).1;
        is_new.then(|| (key, self.edges.index(&mut indices, key)))
    }

    /// Returns the number of buckets of a group.
    pub(crate) fn buckets(&self, group: u8) -> usize {
        self.layout.group(group).len()
    }

    /// Returns when the program began to count.
    pub(crate) fn started(&self) -> SystemTime {
        time(self.started)
    }

    /// Returns when the edge with this number was first called.
    pub(crate) fn created(&self, index: usize) -> Option<SystemTime> {
        self.edges.created.get(index).copied().map(time)
    }

    /// How many keys one thread's table may have, if it is not to be asked
    /// [where](Self::place) each call goes.
    ///
    /// That is all edges that there can be: those with named kinds of errors, and for each
    /// caller–callee pair within the limit, and two more of each function, those of the kinds
    /// without. Beyond them a table only grows by keys that count as overflow, and no more of them
    /// than fit.
    pub(crate) fn most_keys(&self) -> usize {
        let functions = self.linked.len();
        let edges = self.cardinality_limit.saturating_add(2 * functions);
        edges
            .saturating_mul(Kind::UNNAMED)
            .saturating_add(self.cardinality_limit)
    }

    pub(crate) fn folded_edges(&self) -> u64 {
        self.folded_edges.load(Ordering::Relaxed)
    }
}

impl Edges {
    /// Returns the number of the edge `key`, whose first call this is if it has none.
    fn index(&self, indices: &mut HashMap<Key, usize>, key: Key) -> usize {
        *indices.entry(key).or_insert_with(|| {
            let mut number = usize::MAX;
            self.created.push(|next| {
                number = next;
                unix_nanos()
            });
            number
        })
    }
}

/// So many nanoseconds since 1970.
fn time(unix_nanos: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_nanos(unix_nanos)
}

/// The system's time, in nanoseconds since 1970.
fn unix_nanos() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
    })
}

impl Default for Recording {
    fn default() -> Self {
        Self {
            bounds: autometrics_schema::DEFAULT_BUCKETS
                .iter()
                .filter_map(|&bound| nanos(bound))
                .collect(),
            cardinality_limit: 10_000,
            events: Events::default(),
        }
    }
}

/// `seconds` in nanoseconds, unless they are not above zero or above a year.
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
    use super::{Recording, Registry};
    use crate::cells::{Key, Kind};

    #[test]
    fn the_place_of_a_folded_edge_is_known_without_the_lock() {
        let registry = Registry::new(Recording {
            cardinality_limit: 2,
            ..Recording::default()
        });
        let edge = |caller| Key::new(1, caller, Kind::OK);
        for caller in 2..6 {
            assert_eq!(registry.known_place(edge(caller)), None);
            registry.place(edge(caller)).unwrap();
        }
        let _held = registry.edges.indices.lock().unwrap();
        for (caller, is_folded) in [(2, false), (3, false), (4, true), (5, true), (6, true)] {
            let place = if is_folded {
                edge(caller).folded()
            } else {
                edge(caller)
            };
            assert_eq!(registry.known_place(edge(caller)), Some(place), "{caller}");
        }
        assert_eq!(registry.folded_edges(), 2);
    }
}
