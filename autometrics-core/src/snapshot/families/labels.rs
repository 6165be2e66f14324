//! The labels of samples, in groups that many samples share.

use std::{borrow::Cow, collections::HashMap};

use autometrics_schema::{AUTOMETRICS_VERSION, Canonical, OVERFLOW, label};
use slo_spec::Objective;

use super::super::{Caller, Function, Snapshot, judged};

/// A label: its name in Prometheus, and its value.
pub type Label<'a> = (&'static str, Cow<'a, str>);

/// A group of labels, by its number among [`Families::groups`](super::Families::groups).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Group(u32);

impl Group {
    /// Returns the position of the group among
    /// [`Families::groups`](super::Families::groups).
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// The groups of labels of a snapshot.
#[derive(Debug)]
pub(super) struct Labels<'a> {
    all: Vec<Label<'a>>,
    /// The end of each group in `all`.
    ends: Vec<usize>,
    pub(super) build: Group,
    pub(super) program: Group,
    pub(super) ok: Group,
    pub(super) error: Group,
    functions: Vec<OfFunction>,
    outside: Group,
    pub(super) overflow: Group,
    remote: Vec<Group>,
    errors: HashMap<&'a str, Group>,
}

/// The groups that one function needs.
#[derive(Clone, Copy, Debug)]
pub(super) struct OfFunction {
    /// Name, module and service.
    pub(super) own: Group,
    /// The objective of its calls.
    pub(super) success: Option<Group>,
    /// The objective of its latencies.
    pub(super) latency: Option<Group>,
    /// The function as a caller.
    caller: Group,
}

impl<'a> Labels<'a> {
    pub(super) fn of(snapshot: &'a Snapshot) -> Self {
        let mut arena = Arena::default();
        let build = arena.group(build(snapshot));
        let program = arena.group([(label::SERVICE_NAME, &*snapshot.service_name)]);
        let [ok, error] = ["ok", "error"].map(|result| arena.group([(label::RESULT, result)]));
        let functions = snapshot
            .functions
            .iter()
            .map(|function| OfFunction::new(&mut arena, snapshot, function))
            .collect();
        let outside = arena.group(caller("", ""));
        let overflow = arena.group(caller(OVERFLOW, ""));
        let remote = snapshot
            .remote_callers
            .iter()
            .map(|remote| {
                let service = (label::CALLER_SERVICE, &*remote.service);
                arena.group(
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
                .or_insert_with(|| arena.group([(label::ERROR, error)]));
        }
        Self {
            all: arena.all,
            ends: arena.ends,
            build,
            program,
            ok,
            error,
            functions,
            outside,
            overflow,
            remote,
            errors,
        }
    }

    /// Returns every group, in the order of their numbers.
    pub(super) fn groups(&self) -> impl ExactSizeIterator<Item = &[Label<'a>]> {
        (0..self.ends.len()).map(|at| {
            let start = at.checked_sub(1).map_or(0, |before| self.ends[before]);
            &self.all[start..self.ends[at]]
        })
    }

    /// Returns the groups of the function at `index`.
    pub(super) fn function(&self, index: usize) -> OfFunction {
        self.functions[index]
    }

    /// Returns the labels that tell the caller, if the snapshot has it.
    pub(super) fn caller(&self, caller: Caller) -> Option<Group> {
        match caller {
            Caller::None => Some(self.outside),
            Caller::Overflow => Some(self.overflow),
            Caller::Function(at) => self.functions.get(at).map(|function| function.caller),
            Caller::Remote(at) => self.remote.get(at).copied(),
        }
    }

    /// Returns the label of an error's kind.
    pub(super) fn error_kind(&self, kind: &str) -> Option<Group> {
        self.errors.get(kind).copied()
    }
}

impl OfFunction {
    fn new<'a>(arena: &mut Arena<'a>, snapshot: &'a Snapshot, function: &'a Function) -> Self {
        Self {
            own: arena.group([
                (label::FUNCTION, &*function.name),
                (label::MODULE, &function.module),
                (label::SERVICE_NAME, &snapshot.service_name),
            ]),
            // The specification has room for one objective: the first.
            success: function
                .objectives
                .iter()
                .find_map(success)
                .map(|labels| arena.group(labels)),
            latency: function
                .objectives
                .iter()
                .find_map(latency)
                .map(|labels| arena.group(labels)),
            caller: arena.group(caller(&function.name, &function.module)),
        }
    }
}

/// Groups under construction.
#[derive(Default)]
struct Arena<'a> {
    all: Vec<Label<'a>>,
    ends: Vec<usize>,
}

impl<'a> Arena<'a> {
    fn group<V: Into<Cow<'a, str>>>(
        &mut self,
        labels: impl IntoIterator<Item = (&'static str, V)>,
    ) -> Group {
        let labels = labels.into_iter().map(|(name, value)| (name, value.into()));
        self.all.extend(labels);
        self.ends.push(self.all.len());
        // Groups are a few per function and caller, of which there are 2^24 at most.
        Group(u32::try_from(self.ends.len() - 1).unwrap_or(u32::MAX))
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
