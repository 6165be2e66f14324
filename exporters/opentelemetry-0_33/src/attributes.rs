//! Converts labels to attributes.

use autometrics_core::Label;
use autometrics_schema::label::attribute_key;
use opentelemetry::KeyValue;

/// Attributes of one series.
pub(crate) type Attributes = Vec<KeyValue>;

/// Converts `labels` to attributes.
pub(crate) fn attributes(labels: &[Label]) -> Attributes {
    let attribute =
        |(label, value): &Label| KeyValue::new(attribute_key(label), value.clone().into_owned());
    labels.iter().map(attribute).collect()
}
