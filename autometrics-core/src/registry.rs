//! The one set of functions, bounds and edges that the process has.

use std::{
    collections::{HashMap, HashSet},
    sync::{
        Mutex, MutexGuard, OnceLock, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
};

use slo_spec::Objective;

use crate::{
    bounds::Bounds,
    callsite::{About, Callsite},
    cells::{Key, Kind, List, MAX_ID, Sets},
    platform::linked,
    remote::Remotes,
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
    /// Bounds of the latency buckets in nanoseconds: the settings' and every
    /// objective's threshold.
    pub(crate) bounds: Bounds,
    cardinality_limit: usize,
    edges: Mutex<Edges>,
    folded_edges: AtomicU64,
    pub(crate) sets: Sets,
    /// Callers in other programs.
    pub(crate) remotes: Remotes,
}

/// What is fixed at the first call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Recording {
    /// Bounds of the latency buckets in nanoseconds, ascending, without the
    /// objectives' thresholds.
    pub(crate) bounds: Vec<u64>,
    /// How many edges have a cell of their own.
    pub(crate) cardinality_limit: usize,
}

/// The edges seen so far in any thread.
#[derive(Debug, Default)]
struct Edges {
    /// The numbers of the cells, which are the same in every thread.
    indices: HashMap<Key, usize>,
    /// Pairs of callee and caller within the limit.
    known: HashSet<Key>,
    /// Pairs beyond it, as many as there is a limit, to tell them from new ones.
    folded: HashSet<Key>,
    /// Edges with a named kind of error, as many as there is a limit.
    named: HashSet<Key>,
}

/// The registry, made with default settings unless others were applied before.
pub(crate) fn get() -> &'static Registry {
    REGISTRY.get_or_init(|| Registry::new(&Recording::default()))
}

/// Whether there is a registry, so that it can no longer be set up.
pub(crate) fn exists() -> bool {
    REGISTRY.get().is_some()
}

/// Makes the registry with `recording`. `false` when there is one already.
pub(crate) fn initialize(recording: &Recording) -> bool {
    let mut first = false;
    REGISTRY.get_or_init(|| {
        first = true;
        Registry::new(recording)
    });
    first
}

/// Gives `site` its id.
#[cold]
#[inline(never)]
pub(crate) fn register(site: &'static Callsite) -> u32 {
    let registry = get();
    site.given_id()
        .unwrap_or_else(|| registry.register_late(site))
}

impl Registry {
    fn new(recording: &Recording) -> Self {
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
        let mut limits: Vec<u64> = recording.bounds.iter().copied().chain(thresholds).collect();
        limits.sort_unstable();
        limits.dedup();
        Self {
            linked,
            late: List::new(),
            bounds: Bounds::new(&limits),
            cardinality_limit: recording.cardinality_limit,
            edges: Mutex::default(),
            folded_edges: AtomicU64::new(0),
            sets: Sets::new(),
            remotes: Remotes::default(),
        }
    }

    fn register_late(&self, site: &'static Callsite) -> u32 {
        // The lock makes sure that two threads do not register one function twice.
        let _edges = self.lock();
        if let Some(id) = site.given_id() {
            return id;
        }
        self.late.push(site.about());
        let id = self.linked.len() + self.late.iter().count();
        let id = u32::try_from(id).unwrap_or(MAX_ID).min(MAX_ID);
        site.give_id(id);
        id
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

    /// Where calls of the edge `key` are counted, and the number of that cell.
    ///
    /// That is `key` itself within the cardinality limit, and the edge or the
    /// kind of error that it is folded into beyond.
    pub(crate) fn place(&self, key: Key) -> (Key, usize) {
        let mut edges = self.lock();
        let edges = &mut *edges;
        let limit = self.cardinality_limit;
        let key = if edges.fits(key, limit) {
            key
        } else {
            if edges.folded.len() < limit && edges.folded.insert(key.pair()) {
                self.folded_edges.fetch_add(1, Ordering::Relaxed);
            }
            key.folded()
        };
        let key = if edges.fits_named(key, limit) {
            key
        } else {
            key.with_kind(Kind::OVERFLOW)
        };
        (key, edges.index(key))
    }

    /// Where calls of the edge `key`, which ended with a named kind of error,
    /// will be counted, unless that is known already.
    ///
    /// Half of the room is left to kinds that do occur.
    pub(crate) fn reserve(&self, key: Key) -> Option<(Key, usize)> {
        let mut edges = self.lock();
        let is_new = key.kind().name().is_some()
            && edges.named.len() < self.cardinality_limit / 2
            && edges.named.insert(key);
        is_new.then(|| (key, edges.index(key)))
    }

    /// How many keys one thread's table may have, if it is not to be asked
    /// [where](Self::place) each call goes.
    ///
    /// That is all cells that there can be: those with named kinds of errors,
    /// and for each edge within the limit, and two more of each function, those
    /// of the kinds without. Beyond them a table only grows by keys that are
    /// folded, and no more of them than fit.
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

    fn lock(&self) -> MutexGuard<'_, Edges> {
        // Nothing panics with the lock held, short of an allocation failure;
        // whatever was inserted by then is whole.
        self.edges.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Edges {
    /// The number of the cells of `key`.
    fn index(&mut self, key: Key) -> usize {
        let next = self.indices.len();
        *self.indices.entry(key).or_insert(next)
    }

    fn fits(&mut self, key: Key, limit: usize) -> bool {
        // Edges without a caller are as many as functions, and always fit.
        if !key.has_caller() || self.known.contains(&key.pair()) {
            return true;
        }
        self.known.len() < limit && self.known.insert(key.pair())
    }

    /// Whether the kind of `key` may be counted apart from others. Those without
    /// a name are few, and always are.
    fn fits_named(&mut self, key: Key, limit: usize) -> bool {
        key.kind().name().is_none()
            || self.named.contains(&key)
            || (self.named.len() < limit && self.named.insert(key))
    }
}

impl Default for Recording {
    fn default() -> Self {
        Self {
            bounds: autometrics_schema::DEFAULT_BUCKETS
                .iter()
                .filter_map(|&bound| nanos(bound))
                .collect(),
            cardinality_limit: 10_000,
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
