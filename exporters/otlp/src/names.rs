//! What metrics and attributes are called in OpenTelemetry.
//!
//! The names are those of the Autometrics specification 1.0.0, with dots. Prometheus'
//! OTLP endpoint and a Collector's Prometheus exporters turn dots into underscores and
//! put unit and `_total` behind the names of metrics, and so arrive at the names that a
//! scrape has.

use autometrics_schema::metric::{self, Metric};

/// A metric of ours as OpenTelemetry has it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Named {
    pub(crate) name: &'static str,
    pub(crate) description: &'static str,
    /// Empty where there is none: a unit of `1` would put `_ratio` behind the names of
    /// gauges.
    pub(crate) unit: &'static str,
}

pub(crate) const CALLS: Named = Named::of("function.calls", "", &metric::CALLS);
pub(crate) const DURATION: Named = Named::of("function.calls.duration", "s", &metric::DURATION);
pub(crate) const CONCURRENT: Named =
    Named::of("function.calls.concurrent", "", &metric::CONCURRENT);
pub(crate) const CANCELLED: Named = Named::of("function.calls.cancelled", "", &metric::CANCELLED);
pub(crate) const SUPPRESSED_EVENTS: Named = Named::of(
    "autometrics.suppressed_events",
    "",
    &metric::SUPPRESSED_EVENTS,
);
pub(crate) const BUILD_INFO: Named = Named::of("build_info", "", &metric::BUILD_INFO);
pub(crate) const FOLDED_EDGES: Named =
    Named::of("autometrics.folded_edges", "", &metric::FOLDED_EDGES);
pub(crate) const NAME_COLLISIONS: Named =
    Named::of("autometrics.name_collisions", "", &metric::NAME_COLLISIONS);
pub(crate) const REFUSED_CALLERS: Named =
    Named::of("autometrics.refused_callers", "", &metric::REFUSED_CALLERS);

impl Named {
    const fn of(name: &'static str, unit: &'static str, metric: &Metric) -> Self {
        Self {
            name,
            description: metric.help,
            unit,
        }
    }
}

/// The attribute that arrives in Prometheus as `label`.
///
/// With dots also `service.name`: where a Collector copies the resource's attributes to
/// the series, both are one, while `service_name` beside `service.name` would arrive as
/// `service_name="shop;shop"`.
pub(crate) fn attribute(label: &str) -> String {
    label.replace('_', ".")
}
