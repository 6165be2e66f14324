//! The labels of samples, in groups.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap},
};

use autometrics_schema::{AUTOMETRICS_VERSION, Canonical, OVERFLOW, label};
use slo_spec::Objective;

use super::{
    super::{Caller, Function, ObjectiveCalls, Outcome, Sli, Snapshot, objective_calls},
    groups::{Group, Groups, Label},
};

/// The groups of labels of a snapshot.
#[derive(Debug)]
pub(super) struct Labels {
    pub(super) groups: Groups,
    pub(super) build: Group,
    pub(super) program: Group,
    pub(super) ok: Group,
    pub(super) error: Group,
    pub(super) good: Group,
    pub(super) bad: Group,
    /// Labels of package, indicator and target, by function, name of the objective and indicator.
    pub(super) promises: HashMap<(usize, &'static str, Sli), Group>,
    pub(super) functions: Vec<FunctionLabels>,
    pub(super) outside: Group,
    pub(super) overflow: Group,
    pub(super) remote: Vec<Group>,
    pub(super) flows: BTreeMap<Cow<'static, str>, Group>,
    pub(super) errors: BTreeMap<Cow<'static, str>, Group>,
}

/// The groups of one function.
#[derive(Clone, Copy, Debug)]
pub(super) struct FunctionLabels {
    /// Labels of function, module and service name.
    pub(super) own: Group,
    /// Labels of the function's success-rate objective.
    pub(super) success: Option<Group>,
    /// Labels of the function's latency objective.
    pub(super) latency: Option<Group>,
    /// Labels of the function as a caller.
    pub(super) caller: Group,
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
            .map(|function| FunctionLabels::new(&mut groups, snapshot, function))
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
        let mut flows = BTreeMap::new();
        for calls in &snapshot.flows {
            if !flows.contains_key(&calls.flow) {
                let group = groups.add([(label::FLOW, calls.flow.clone())]);
                flows.insert(calls.flow.clone(), group);
            }
        }
        let mut errors = BTreeMap::new();
        let mut last = "";
        for edge in &snapshot.edges {
            let Outcome::Error(Some(error)) = &edge.outcome else {
                continue;
            };
            // Neighbours mostly have the same error kinds.
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
            flows,
            errors,
        }
    }

    /// Returns the groups of the function at `index`.
    pub(super) fn function(&self, index: usize) -> FunctionLabels {
        self.functions[index]
    }

    /// Returns the labels of the objective and indicator of `calls`.
    pub(super) fn promise(&self, calls: &ObjectiveCalls) -> Option<Group> {
        let key = (calls.function, calls.objective.name(), calls.sli);
        self.promises.get(&key).copied()
    }

    /// Returns the labels of the caller; `None` if it is not in the snapshot.
    pub(super) fn caller(&self, caller: Caller) -> Option<Group> {
        match caller {
            Caller::None => Some(self.outside),
            Caller::Overflow => Some(self.overflow),
            Caller::Function(at) => self.functions.get(at).map(|function| function.caller),
            Caller::Remote(at) => self.remote.get(at).copied(),
        }
    }

    /// Returns the label of a flow.
    pub(super) fn flow(&self, flow: &str) -> Option<Group> {
        self.flows.get(flow).copied()
    }

    /// Returns the label of an error kind.
    pub(super) fn error_kind(&self, kind: &str) -> Option<Group> {
        self.errors.get(kind).copied()
    }
}

impl FunctionLabels {
    fn new(groups: &mut Groups, snapshot: &Snapshot, function: &Function) -> Self {
        Self {
            own: groups.add([
                (label::FUNCTION, function.name.clone()),
                (label::MODULE, function.module.clone()),
                (label::SERVICE_NAME, snapshot.service_name.clone()),
            ]),
            // The Autometrics specification allows one objective per function: the first is used.
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

fn caller(function: Cow<'static, str>, module: Cow<'static, str>) -> [Label; 2] {
    [
        (label::CALLER_FUNCTION, function),
        (label::CALLER_MODULE, module),
    ]
}

/// Returns the labels of each indicator of `objective`.
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
            Canonical(objective_calls::seconds(target))
                .to_string()
                .into(),
        ),
    ])
}
