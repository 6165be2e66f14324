//! Labels as attributes.

use autometrics_core::Label;
use opentelemetry::{Key, KeyValue};

/// The attributes of one series.
pub(crate) type Attributes = Vec<KeyValue>;

/// Returns `labels` as attributes.
///
/// Names get dots, which Prometheus' OTLP endpoint and a Collector's Prometheus exporters
/// turn back into underscores.
pub(crate) fn attributes(labels: &[Label]) -> Attributes {
    let attribute = |(name, value): &Label| {
        let key = if name.contains('_') {
            Key::from(name.replace('_', "."))
        } else {
            Key::from_static_str(name)
        };
        KeyValue::new(key, value.clone().into_owned())
    };
    labels.iter().map(attribute).collect()
}
