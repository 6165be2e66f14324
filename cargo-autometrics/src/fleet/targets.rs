//! Scraped programs and their builds.

use std::collections::BTreeSet;

use autometrics_schema::label;

use super::{growth::TARGET, series::Series};

/// Programs that were scraped at one moment.
#[derive(Clone, Debug, Default)]
pub(super) struct Targets {
    pub(super) services: Vec<String>,
    pub(super) versions: Vec<String>,
    pub(super) count: usize,
    pub(super) build: Option<Build>,
}

/// Repository and commit that all programs were built from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Build {
    pub(super) repository: String,
    pub(super) provider: String,
    pub(super) commit: String,
}

impl Targets {
    /// Reads the series `build_info`.
    pub(super) fn new(series: &[Series]) -> Self {
        let values = |name: &str| -> Vec<String> {
            let values: BTreeSet<_> = series.iter().map(|it| it.label(name)).collect();
            values.into_iter().map(str::to_owned).collect()
        };
        let targets: BTreeSet<_> = series
            .iter()
            .map(|it| TARGET.map(|name| it.label(name)))
            .collect();
        let builds: BTreeSet<_> = series
            .iter()
            .map(|it| Build {
                repository: it.label(label::REPOSITORY_URL).to_owned(),
                provider: it.label(label::REPOSITORY_PROVIDER).to_owned(),
                commit: it.label(label::COMMIT).to_owned(),
            })
            .collect();
        let only = builds.len() == 1;
        Self {
            services: values(label::SERVICE_NAME),
            versions: values(label::VERSION),
            count: targets.len(),
            // With several builds, a line is not the same line in all of them.
            build: builds.into_iter().next().filter(|_| only),
        }
    }
}
