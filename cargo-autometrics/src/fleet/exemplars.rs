//! Exemplars in answers of Prometheus.

use std::collections::BTreeMap;

use autometrics_context::source::Exemplar;
use serde::Deserialize;

/// Exemplars of a series (HTTP API, "Querying exemplars").
#[derive(Debug, Deserialize)]
pub(super) struct SeriesExemplars {
    exemplars: Vec<Row>,
}

#[derive(Debug, Deserialize)]
struct Row {
    labels: BTreeMap<String, String>,
    value: String,
    timestamp: f64,
}

/// Returns exemplars with a trace, the newest first.
pub(super) fn read(series: Vec<SeriesExemplars>) -> Vec<Exemplar> {
    let rows = series.into_iter().flat_map(|series| series.exemplars);
    let mut exemplars: Vec<_> = rows
        .filter_map(|mut row| {
            Some(Exemplar {
                trace_id: row.labels.remove("trace_id")?,
                span_id: row.labels.remove("span_id").unwrap_or_default(),
                seconds: row.value.parse().ok()?,
                at: row.timestamp,
            })
        })
        .collect();
    exemplars.sort_by(|a, b| b.at.total_cmp(&a.at).then(a.trace_id.cmp(&b.trace_id)));
    exemplars.dedup();
    exemplars
}
