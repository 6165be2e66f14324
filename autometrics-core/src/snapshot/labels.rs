//! Labels that series have, and that exporters need not put together again.

use autometrics_schema::{AUTOMETRICS_VERSION, Canonical, OVERFLOW, label};

use super::{Caller, Function, Snapshot};

impl Snapshot {
    /// The labels of the build, each once.
    pub fn build_labels(&self) -> [(&'static str, &str); 7] {
        let build = &self.build;
        [
            (label::VERSION, &build.version),
            (label::COMMIT, &build.commit),
            (label::BRANCH, &build.branch),
            (label::SERVICE_NAME, &self.service_name),
            (label::REPOSITORY_URL, &build.repository_url),
            (label::REPOSITORY_PROVIDER, &build.repository_provider),
            (label::AUTOMETRICS_VERSION, AUTOMETRICS_VERSION),
        ]
    }

    /// How many functions share name and module with another.
    pub fn name_collisions(&self) -> u64 {
        self.functions.iter().map(|f| u64::from(f.collides)).sum()
    }

    /// The caller's function and module, as labels have them: empty for calls from
    /// the outside, and for a function that is not in the snapshot.
    pub fn caller_names(&self, caller: Caller) -> (&str, &str) {
        match caller {
            Caller::None => ("", ""),
            Caller::Function(caller) => self
                .functions
                .get(caller)
                .map_or(("", ""), |caller| (&caller.name, &caller.module)),
            Caller::Remote(caller) => self
                .remote_callers
                .get(caller)
                .map_or(("", ""), |caller| (&caller.function, &caller.module)),
            Caller::Overflow => (OVERFLOW, ""),
        }
    }

    /// The program that the caller is in, where it is another one.
    pub fn caller_service(&self, caller: Caller) -> Option<&str> {
        match caller {
            Caller::Remote(caller) => Some(&self.remote_callers.get(caller)?.service),
            Caller::None | Caller::Function(_) | Caller::Overflow => None,
        }
    }

    /// How many callers in other programs were refused, unless no program ever sent any.
    pub fn refused_remotes(&self) -> Option<u64> {
        let has_any = self.refused_callers > 0 || !self.remote_callers.is_empty();
        has_any.then_some(self.refused_callers)
    }
}

impl Function {
    /// What an objective adds to the success series of its functions.
    pub fn success_labels(&self) -> Option<[(&'static str, String); 2]> {
        let objective = self.objective?;
        let percent = objective.success()?;
        Some([
            (label::OBJECTIVE_NAME, objective.name().into()),
            (label::OBJECTIVE_PERCENTILE, percent.to_string()),
        ])
    }

    /// What an objective adds to the latency series of its functions.
    pub fn latency_labels(&self) -> Option<[(&'static str, String); 3]> {
        let objective = self.objective?;
        let target = objective.latency_target()?;
        // One correctly rounded division, as the run time makes the bucket's bound:
        // 180 ms is 0.18, and nothing near it. A threshold is below one day, which
        // is a whole number of nanoseconds that a float holds exactly.
        #[expect(clippy::cast_precision_loss, reason = "below 2^53")]
        let threshold = target.threshold().as_nanos() as f64 / 1e9;
        Some([
            (label::OBJECTIVE_NAME, objective.name().into()),
            (label::OBJECTIVE_PERCENTILE, target.percent().to_string()),
            (
                label::OBJECTIVE_LATENCY_THRESHOLD,
                Canonical(threshold).to_string(),
            ),
        ])
    }
}
