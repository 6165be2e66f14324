//! What metrics are called in OpenTelemetry.
//!
//! As Autometrics 3.0 called them and `autometrics-otlp` does.

use autometrics_schema::metric::{self, Metric};

/// A metric of ours as OpenTelemetry has it. None has a unit: a unit of `1` would put
/// `_ratio` behind the names of gauges.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
}

pub(crate) const CALLS: Named = Named::of("function.calls", &metric::CALLS);
pub(crate) const CONCURRENT: Named = Named::of("function.calls.concurrent", &metric::CONCURRENT);
pub(crate) const CANCELLED: Named = Named::of("function.calls.cancelled", &metric::CANCELLED);
pub(crate) const SUPPRESSED_EVENTS: Named =
    Named::of("autometrics.suppressed_events", &metric::SUPPRESSED_EVENTS);
pub(crate) const BUILD_INFO: Named = Named::of("build_info", &metric::BUILD_INFO);
pub(crate) const FOLDED_EDGES: Named = Named::of("autometrics.folded_edges", &metric::FOLDED_EDGES);
pub(crate) const NAME_COLLISIONS: Named =
    Named::of("autometrics.name_collisions", &metric::NAME_COLLISIONS);
pub(crate) const REFUSED_CALLERS: Named =
    Named::of("autometrics.refused_callers", &metric::REFUSED_CALLERS);

impl Named {
    const fn of(name: &'static str, metric: &Metric) -> Self {
        Self {
            name,
            description: metric.help,
        }
    }
}
