//! The functions, bounds and edges of the process.

mod edges;
mod keys;
mod registration;

use std::{
    sync::OnceLock,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use slo_spec::Objective;

use self::edges::{Edges, unix_nanos};
pub(crate) use self::registration::begin_flow;
use crate::{
    buckets::Layout,
    callsite::{Callsite, FunctionInfo},
    cells::{CallKind, List, MAX_ID, Scope, Sets},
    clock,
    events::EventSettings,
    flow::Flows,
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
    pub(crate) edges: Edges,
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
            edges: Edges::new(limit),
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
        self.edges.created(index).map(time)
    }

    /// Returns the number of keys up to which a thread's table also stores keys of overflowed
    /// edges, so that their calls need no call of [`Edges::place`].
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
}

/// Converts nanoseconds since 1970.
fn time(unix_nanos: u64) -> SystemTime {
    UNIX_EPOCH + Duration::from_nanos(unix_nanos)
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
