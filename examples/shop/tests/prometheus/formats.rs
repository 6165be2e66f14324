//! Both formats were scraped, and have the same samples.

use crate::server::{FORMATS, Prometheus};

/// OpenMetrics names a counter without `_total`, and has units. So the metadata of a job shows its
/// format.
pub(crate) fn assert_both_were_scraped(prometheus: &Prometheus) {
    let metadata = prometheus.api("/api/v1/targets/metadata");
    let metadata = metadata.as_array().expect("a list");
    let known = |job: &str, metric: &str| {
        let mut of_job = metadata
            .iter()
            .filter(|about| about["target"]["job"] == job);
        of_job.find(|about| about["metric"] == metric).cloned()
    };
    let [open_metrics, text] = FORMATS;
    assert!(known(open_metrics, "function_calls").is_some());
    assert!(known(open_metrics, "function_calls_total").is_none());
    assert!(known(text, "function_calls_total").is_some());
    assert!(known(text, "function_calls").is_none());
    let duration = "function_calls_duration_seconds";
    assert_eq!(known(open_metrics, duration).unwrap()["unit"], "seconds");
    assert_eq!(known(text, duration).unwrap()["unit"], "");
}

/// Each series of one job has a counterpart in the other, with the same labels and value.
pub(crate) fn assert_same_numbers(prometheus: &Prometheus) {
    let [open_metrics, text] = FORMATS.map(|format| {
        let ours = "__name__!~\"up|scrape_.*\"";
        prometheus.query::<String>(&format!("{{job=\"{format}\",{ours}}}"))
    });
    assert!(
        open_metrics.len() > 500,
        "only {} series",
        open_metrics.len()
    );
    assert_eq!(open_metrics.len(), text.len());
    for (labels, value) in &open_metrics {
        assert_eq!(text.get(labels), Some(value), "{labels:?}");
    }
}
