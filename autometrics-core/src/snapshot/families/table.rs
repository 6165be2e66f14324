//! The table of metrics, their samples and their labels: the one file that a new metric or
//! label changes, besides its name in `autometrics-schema`.

use std::{borrow::Cow, collections::HashMap};

use autometrics_schema::{
    AUTOMETRICS_VERSION, Canonical, OVERFLOW, label,
    metric::{self, Metric},
};
use slo_spec::Objective;

use super::{
    super::{Caller, Exemplar, Function, Judged, Sli, Snapshot, judged, totals::Totals},
    groups::{Group, Groups, Label},
    sample::{Buckets, Sample, Value},
};

/// A metric, and the function that finds its samples.
pub(super) type Row = (Metric, for<'f> fn(&'f Source<'_>) -> Vec<Sample<'f>>);

/// Every metric, in the order in which they are exported.
pub(super) static TABLE: [Row; 10] = [
    (metric::BUILD_INFO, |it| it.one(it.labels.build, 1)),
    (metric::CALLS, |it| it.calls()),
    (metric::OBJECTIVE_CALLS, |it| it.objective_calls()),
    (metric::DURATION, |it| it.durations()),
    (metric::CONCURRENT, |it| {
        it.each(|function| function.in_flight)
    }),
    (metric::CANCELLED, |it| {
        it.each(|function| Some(function.cancelled.as_ref()?.count()))
    }),
    (metric::SUPPRESSED_EVENTS, |it| {
        it.each(|function| function.suppressed_events)
    }),
    (metric::FOLDED_EDGES, |it| {
        it.one(it.labels.program, it.snapshot().folded_edges)
    }),
    (metric::NAME_COLLISIONS, |it| {
        let collide = it.snapshot().functions.iter().filter(|it| it.collides);
        it.one(it.labels.program, collide.count() as u64)
    }),
    (metric::REFUSED_CALLERS, |it| {
        // Programs that no other program ever called need not hear of it.
        let snapshot = it.snapshot();
        let any = snapshot.refused_callers > 0 || !snapshot.remote_callers.is_empty();
        let refused = any.then(|| it.one(it.labels.program, snapshot.refused_callers));
        refused.unwrap_or_default()
    }),
];

/// The counts of a snapshot, and the labels of its samples.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub(super) totals: Totals<'a>,
    pub(super) labels: Labels<'a>,
    /// Sorted by function and bucket.
    exemplars: Vec<Exemplar>,
}

impl<'a> Source<'a> {
    pub(super) fn of(snapshot: &'a Snapshot) -> Self {
        let mut exemplars = snapshot.exemplars.clone();
        exemplars.sort_by_key(|one| (one.function, one.bucket));
        Self {
            totals: Totals::of(snapshot),
            labels: Labels::of(snapshot),
            exemplars,
        }
    }

    fn snapshot(&self) -> &'a Snapshot {
        self.totals.snapshot()
    }
}

/// The samples of the metrics.
impl Source<'_> {
    fn one(&self, group: Group, value: u64) -> Vec<Sample<'_>> {
        vec![Sample::number(group, value)]
    }

    /// Returns one sample for each function that has a value.
    fn each(&self, value: impl Fn(&Function) -> Option<u64>) -> Vec<Sample<'_>> {
        let functions = self.snapshot().functions.iter().enumerate();
        let samples = functions.filter_map(|(at, function)| {
            Some(Sample::number(
                self.labels.function(at).own,
                value(function)?,
            ))
        });
        samples.collect()
    }

    fn calls(&self) -> Vec<Sample<'_>> {
        let labels = &self.labels;
        let samples = self.totals.calls().filter_map(|calls| {
            let function = labels.function(calls.function);
            let result = if calls.is_ok { labels.ok } else { labels.error };
            let caller = labels.caller(calls.caller)?;
            let error = calls.error.and_then(|kind| labels.error_kind(kind));
            let own = Some(function.own);
            let groups = [own, function.success, Some(result), Some(caller), error];
            Some(Sample::new(groups, Value::Number(calls.count)))
        });
        samples.collect()
    }

    /// Returns a good and a bad sample for each promise of each function.
    fn objective_calls(&self) -> Vec<Sample<'_>> {
        let labels = &self.labels;
        let judged = judged::judge(&self.totals);
        let samples = judged.iter().flat_map(|judged| {
            let own = Some(labels.function(judged.function).own);
            let promise = labels.promise(judged);
            let outcomes = [(labels.good, judged.good), (labels.bad, judged.bad)];
            outcomes.map(|(outcome, calls)| {
                let groups = [own, promise, Some(outcome), None, None];
                Sample::new(groups, Value::Number(calls))
            })
        });
        samples.collect()
    }

    fn durations(&self) -> Vec<Sample<'_>> {
        let functions = 0..self.snapshot().functions.len();
        let samples = functions.map(|at| {
            let function = self.labels.function(at);
            let buckets = Buckets {
                latencies: self.totals.latencies(at),
                bounds: self.totals.bounds(),
                exemplars: self.exemplars_of(at),
            };
            let groups = [Some(function.own), function.latency, None, None, None];
            Sample::new(groups, Value::Histogram(buckets))
        });
        samples.collect()
    }

    fn exemplars_of(&self, function: usize) -> &[Exemplar] {
        let start = self
            .exemplars
            .partition_point(|one| one.function < function);
        let all = &self.exemplars[start..];
        &all[..all.partition_point(|one| one.function == function)]
    }
}

/// The groups of labels of a snapshot.
#[derive(Debug)]
pub(super) struct Labels<'a> {
    pub(super) groups: Groups<'a>,
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
    errors: HashMap<&'a str, Group>,
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

impl<'a> Labels<'a> {
    pub(super) fn of(snapshot: &'a Snapshot) -> Self {
        let mut groups = Groups::default();
        let build = groups.add(build(snapshot));
        let program = groups.add([(label::SERVICE_NAME, &*snapshot.service_name)]);
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
                        (label::PACKAGE, Cow::from(&*function.package)),
                        (label::SLI, sli.as_str().into()),
                    ];
                    let group = groups.add(before.into_iter().chain(promise));
                    promises.insert((at, objective.name(), sli), group);
                }
            }
        }
        let outside = groups.add(caller("", ""));
        let overflow = groups.add(caller(OVERFLOW, ""));
        let remote = snapshot
            .remote_callers
            .iter()
            .map(|remote| {
                let service = (label::CALLER_SERVICE, &*remote.service);
                groups.add(
                    caller(&remote.function, &remote.module)
                        .into_iter()
                        .chain([service]),
                )
            })
            .collect();
        let mut errors = HashMap::new();
        for error in snapshot
            .edges
            .iter()
            .filter_map(|edge| edge.outcome.error())
        {
            errors
                .entry(error)
                .or_insert_with(|| groups.add([(label::ERROR, error)]));
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
    fn new<'a>(groups: &mut Groups<'a>, snapshot: &'a Snapshot, function: &'a Function) -> Self {
        Self {
            own: groups.add([
                (label::FUNCTION, &*function.name),
                (label::MODULE, &function.module),
                (label::SERVICE_NAME, &snapshot.service_name),
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
            caller: groups.add(caller(&function.name, &function.module)),
        }
    }
}

fn build(snapshot: &Snapshot) -> [(&'static str, &str); 7] {
    let build = &snapshot.build;
    [
        (label::VERSION, &build.version),
        (label::COMMIT, &build.commit),
        (label::BRANCH, &build.branch),
        (label::SERVICE_NAME, &snapshot.service_name),
        (label::REPOSITORY_URL, &build.repository_url),
        (label::REPOSITORY_PROVIDER, &build.repository_provider),
        (label::AUTOMETRICS_VERSION, AUTOMETRICS_VERSION),
    ]
}

fn caller<'a>(function: &'a str, module: &'a str) -> [(&'static str, &'a str); 2] {
    [
        (label::CALLER_FUNCTION, function),
        (label::CALLER_MODULE, module),
    ]
}

/// Returns the labels of each promise of `objective`.
fn promised(objective: &Objective) -> impl Iterator<Item = (Sli, Vec<Label<'static>>)> {
    let success = success(objective).map(|labels| (Sli::Success, Vec::from(labels)));
    let latency = latency(objective).map(|labels| (Sli::Latency, Vec::from(labels)));
    success.into_iter().chain(latency)
}

fn success(objective: &Objective) -> Option<[(&'static str, Cow<'static, str>); 2]> {
    let percent = objective.success()?;
    Some([
        (label::OBJECTIVE_NAME, objective.name().into()),
        (label::OBJECTIVE_PERCENTILE, percent.to_string().into()),
    ])
}

fn latency(objective: &Objective) -> Option<[(&'static str, Cow<'static, str>); 3]> {
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
