//! The table of metrics, their samples and their labels: the one file that a new metric or
//! label changes, besides its name in `autometrics-schema`.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
    time::SystemTime,
};

use autometrics_schema::{
    AUTOMETRICS_VERSION, Canonical, OVERFLOW, label,
    metric::{self, Kind, Metric},
};
use slo_spec::Objective;

use super::{
    super::{
        Caller, Exemplar, Function, Judged, Outcome, Sli, Snapshot, Text, judged, totals::Totals,
    },
    groups::{Group, Groups, Label},
    sample::{Buckets, Of, Sample, Sink, Value},
};

/// A metric, and the function that finds its samples.
pub(super) type Row = (Metric, Find);
/// Finds the samples of a metric.
pub(super) type Find = fn(&Source<'_>, Sink<'_>);

/// Every metric, in the order in which they are exported.
pub(super) static TABLE: [Row; 11] = [
    (metric::BUILD_INFO, |it, sink| {
        one(it.labels.build, 1, sink);
    }),
    (metric::CALLS, |it, sink| it.calls(sink)),
    (metric::OBJECTIVE_CALLS, |it, sink| it.objective_calls(sink)),
    (metric::DURATION, |it, sink| it.durations(sink)),
    (metric::DURATION_BY_CALLER, |it, sink| {
        it.durations_by_caller(sink);
    }),
    (metric::CONCURRENT, |it, sink| {
        it.each(sink, |function| function.in_flight);
    }),
    (metric::CANCELLED, |it, sink| {
        it.each(sink, |function| Some(function.cancelled.as_ref()?.count()));
    }),
    (metric::SUPPRESSED_EVENTS, |it, sink| {
        it.each(sink, |function| function.suppressed_events);
    }),
    (metric::FOLDED_EDGES, |it, sink| {
        one(it.labels.program, it.snapshot.folded_edges, sink);
    }),
    (metric::NAME_COLLISIONS, |it, sink| {
        let collide = it.snapshot.functions.iter().filter(|it| it.collides);
        one(it.labels.program, collide.count() as u64, sink);
    }),
    (metric::REFUSED_CALLERS, |it, sink| {
        // Programs that no other program ever called need not hear of it.
        let snapshot = &it.snapshot;
        if snapshot.refused_callers > 0 || !snapshot.remote_callers.is_empty() {
            one(it.labels.program, snapshot.refused_callers, sink);
        }
    }),
];

/// The counts of a snapshot, and the labels of its samples.
#[derive(Debug)]
pub(super) struct Source<'a> {
    snapshot: Cow<'a, Snapshot>,
    pub(super) totals: Totals,
    pub(super) labels: Labels,
    /// Sorted by function and bucket.
    exemplars: Vec<Exemplar>,
}

impl<'a> Source<'a> {
    pub(super) fn of(snapshot: &'a Snapshot) -> Self {
        let snapshot = snapshot.merged();
        let mut exemplars = snapshot.exemplars.clone();
        exemplars.sort_by_key(|one| (one.function, one.bucket));
        Self {
            totals: Totals::of(&snapshot),
            labels: Labels::of(&snapshot),
            exemplars,
            snapshot,
        }
    }
}

/// The samples of the metrics.
impl Source<'_> {
    /// Passes one sample for each function that has a value.
    fn each(&self, sink: Sink<'_>, value: impl Fn(&Function) -> Option<u64>) {
        for (at, function) in self.snapshot.functions.iter().enumerate() {
            if let Some(value) = value(function) {
                one(self.labels.function(at).own, value, sink);
            }
        }
    }

    fn calls(&self, sink: Sink<'_>) {
        let labels = &self.labels;
        let mut last: Option<(&str, Group)> = None;
        for calls in self.totals.calls(&self.snapshot) {
            let function = labels.function(calls.function);
            let Some(caller) = labels.caller(calls.caller) else {
                continue;
            };
            let result = if calls.is_ok { labels.ok } else { labels.error };
            // Neighbours mostly have the same kinds.
            let error = calls.error.and_then(|kind| match last {
                Some((known, group)) if std::ptr::eq(known, kind) => Some(group),
                _ => {
                    let group = labels.error_kind(kind)?;
                    last = Some((kind, group));
                    Some(group)
                }
            });
            let value = Value::Number(calls.count);
            let mut pass = |groups: &[Group], caller| {
                sink(Sample {
                    groups,
                    caller: Some(caller),
                    value,
                    created: calls.created,
                });
            };
            match (function.success, error) {
                (None, None) => pass(&[function.own, result, caller], 2),
                (None, Some(error)) => pass(&[function.own, result, caller, error], 2),
                (Some(promise), None) => pass(&[function.own, promise, result, caller], 3),
                (Some(promise), Some(error)) => {
                    pass(&[function.own, promise, result, caller, error], 3);
                }
            }
        }
    }

    /// Passes a good and a bad sample for each promise of each function.
    fn objective_calls(&self, sink: Sink<'_>) {
        let labels = &self.labels;
        for judged in judged::judge(&self.snapshot, &self.totals) {
            let own = labels.function(judged.function).own;
            let Some(promise) = labels.promise(&judged) else {
                continue;
            };
            for (outcome, calls) in [(labels.good, judged.good), (labels.bad, judged.bad)] {
                sink(Sample::new(&[own, promise, outcome], Value::Number(calls)));
            }
        }
    }

    fn durations(&self, sink: Sink<'_>) {
        for at in 0..self.snapshot.functions.len() {
            let function = self.labels.function(at);
            let value = Value::Histogram(Buckets {
                totals: &self.totals,
                of: Of::Function(at),
                exemplars: self.exemplars_of(at),
                edges: &self.snapshot.edges,
            });
            match function.latency {
                Some(latency) => sink(Sample::new(&[function.own, latency], value)),
                None => sink(Sample::new(&[function.own], value)),
            }
        }
    }

    /// Passes a sample for each function and caller, where the program asks for it.
    fn durations_by_caller(&self, sink: Sink<'_>) {
        let edges = &self.snapshot.edges;
        if !self.snapshot.latency_by_caller {
            return;
        }
        for ((function, caller), pair) in self.totals.pairs(edges) {
            let Some(caller) = self.labels.caller(*caller) else {
                continue;
            };
            let value = Value::Histogram(Buckets {
                totals: &self.totals,
                of: Of::Pair(pair),
                exemplars: &[],
                edges,
            });
            sink(Sample {
                groups: &[self.labels.function(*function).own, caller],
                caller: Some(1),
                value,
                created: pair.created,
            });
        }
    }

    /// Returns when series of `kind` begin that do not begin later.
    pub(super) fn started(&self, kind: Kind) -> Option<SystemTime> {
        match kind {
            Kind::Counter | Kind::Histogram => self.snapshot.started,
            Kind::Gauge | Kind::UpDown => None,
        }
    }

    fn exemplars_of(&self, function: usize) -> &[Exemplar] {
        let start = self
            .exemplars
            .partition_point(|one| one.function < function);
        let all = &self.exemplars[start..];
        &all[..all.partition_point(|one| one.function == function)]
    }
}

/// Passes a sample with a single group of labels.
fn one(group: Group, value: u64, sink: Sink<'_>) {
    sink(Sample::new(&[group], Value::Number(value)));
}

/// The groups of labels of a snapshot.
#[derive(Debug)]
pub(super) struct Labels {
    pub(super) groups: Groups,
    build: Group,
    program: Group,
    ok: Group,
    error: Group,
    good: Group,
    bad: Group,
    /// Package and promise, by function, objective and indicator.
    promises: HashMap<(usize, &'static str, Sli), Group>,
    functions: Vec<OfFunction>,
    outside: Group,
    pub(super) overflow: Group,
    remote: Vec<Group>,
    errors: BTreeMap<Text, Group>,
}

/// The groups that one function needs.
#[derive(Clone, Copy, Debug)]
struct OfFunction {
    /// Name, module and service.
    own: Group,
    /// The objective of its calls.
    success: Option<Group>,
    /// The objective of its latencies.
    latency: Option<Group>,
    /// The function as a caller.
    caller: Group,
}

impl Labels {
    pub(super) fn of(snapshot: &Snapshot) -> Self {
        let mut groups = Groups::default();
        let build = groups.add(build(snapshot));
        let program = groups.add([(label::SERVICE_NAME, snapshot.service_name.clone())]);
        let [ok, error] = ["ok", "error"].map(|result| groups.add([(label::RESULT, result)]));
        let functions = snapshot
            .functions
            .iter()
            .map(|function| OfFunction::new(&mut groups, snapshot, function))
            .collect();
        let [good, bad] = ["good", "bad"].map(|outcome| groups.add([(label::OUTCOME, outcome)]));
        let mut promises = HashMap::new();
        for (at, function) in snapshot.functions.iter().enumerate() {
            for objective in &function.objectives {
                for (sli, promise) in promised(objective) {
                    let before = [
                        (label::PACKAGE, function.package.clone()),
                        (label::SLI, sli.as_str().into()),
                    ];
                    let group = groups.add(before.into_iter().chain(promise));
                    promises.entry((at, objective.name(), sli)).or_insert(group);
                }
            }
        }
        let outside = groups.add(caller("".into(), "".into()));
        let overflow = groups.add(caller(OVERFLOW.into(), "".into()));
        let remote = snapshot
            .remote_callers
            .iter()
            .map(|remote| {
                let service = (label::CALLER_SERVICE, remote.service.clone());
                groups.add(
                    caller(remote.function.clone(), remote.module.clone())
                        .into_iter()
                        .chain([service]),
                )
            })
            .collect();
        let mut errors = BTreeMap::new();
        let mut last = "";
        for edge in &snapshot.edges {
            let Outcome::Error(Some(error)) = &edge.outcome else {
                continue;
            };
            // Neighbours mostly have the same kinds.
            let error_text: &str = error;
            if !std::ptr::eq(last, error_text) {
                last = error;
                if !errors.contains_key(&**error) {
                    let group = groups.add([(label::ERROR, error.clone())]);
                    errors.insert(error.clone(), group);
                }
            }
        }
        Self {
            groups,
            build,
            program,
            ok,
            error,
            good,
            bad,
            promises,
            functions,
            outside,
            overflow,
            remote,
            errors,
        }
    }

    /// Returns the groups of the function at `index`.
    fn function(&self, index: usize) -> OfFunction {
        self.functions[index]
    }

    /// Returns the labels of the promise by which calls were judged.
    fn promise(&self, judged: &Judged) -> Option<Group> {
        let key = (judged.function, judged.objective.name(), judged.sli);
        self.promises.get(&key).copied()
    }

    /// Returns the labels that tell the caller, if the snapshot has it.
    fn caller(&self, caller: Caller) -> Option<Group> {
        match caller {
            Caller::None => Some(self.outside),
            Caller::Overflow => Some(self.overflow),
            Caller::Function(at) => self.functions.get(at).map(|function| function.caller),
            Caller::Remote(at) => self.remote.get(at).copied(),
        }
    }

    /// Returns the label of an error's kind.
    fn error_kind(&self, kind: &str) -> Option<Group> {
        self.errors.get(kind).copied()
    }
}

impl OfFunction {
    fn new(groups: &mut Groups, snapshot: &Snapshot, function: &Function) -> Self {
        Self {
            own: groups.add([
                (label::FUNCTION, function.name.clone()),
                (label::MODULE, function.module.clone()),
                (label::SERVICE_NAME, snapshot.service_name.clone()),
            ]),
            // The specification has room for one objective: the first.
            success: function
                .objectives
                .iter()
                .find_map(success)
                .map(|labels| groups.add(labels)),
            latency: function
                .objectives
                .iter()
                .find_map(latency)
                .map(|labels| groups.add(labels)),
            caller: groups.add(caller(function.name.clone(), function.module.clone())),
        }
    }
}

fn build(snapshot: &Snapshot) -> [Label; 7] {
    let build = &snapshot.build;
    [
        (label::VERSION, build.version.clone()),
        (label::COMMIT, build.commit.clone()),
        (label::BRANCH, build.branch.clone()),
        (label::SERVICE_NAME, snapshot.service_name.clone()),
        (label::REPOSITORY_URL, build.repository_url.clone()),
        (
            label::REPOSITORY_PROVIDER,
            build.repository_provider.clone(),
        ),
        (label::AUTOMETRICS_VERSION, AUTOMETRICS_VERSION.into()),
    ]
}

fn caller(function: Text, module: Text) -> [Label; 2] {
    [
        (label::CALLER_FUNCTION, function),
        (label::CALLER_MODULE, module),
    ]
}

/// Returns the labels of each promise of `objective`.
fn promised(objective: &Objective) -> impl Iterator<Item = (Sli, Vec<Label>)> {
    let success = success(objective).map(|labels| (Sli::Success, Vec::from(labels)));
    let latency = latency(objective).map(|labels| (Sli::Latency, Vec::from(labels)));
    success.into_iter().chain(latency)
}

fn success(objective: &Objective) -> Option<[Label; 2]> {
    let percent = objective.success()?;
    Some([
        (label::OBJECTIVE_NAME, objective.name().into()),
        (label::OBJECTIVE_PERCENTILE, percent.to_string().into()),
    ])
}

fn latency(objective: &Objective) -> Option<[Label; 3]> {
    let target = objective.latency_target()?;
    Some([
        (label::OBJECTIVE_NAME, objective.name().into()),
        (
            label::OBJECTIVE_PERCENTILE,
            target.percent().to_string().into(),
        ),
        (
            label::OBJECTIVE_LATENCY_THRESHOLD,
            Canonical(judged::seconds(target)).to_string().into(),
        ),
    ])
}
