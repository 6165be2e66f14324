//! Shared part of the collectors for the versions of crate `prometheus-client`.

use std::{borrow::Cow, fmt, time::SystemTime};

use autometrics_core::{Buckets, Families, Snapshot, Value};
use autometrics_schema::metric::{Kind, Metric, Unit};

use crate::encode::open_metrics_name;

/// Source of snapshots, called at each scrape.
pub(crate) struct Source(Box<dyn Fn() -> Snapshot + Send + Sync>);

impl Source {
    pub(crate) fn new(snapshot: impl Fn() -> Snapshot + Send + Sync + 'static) -> Self {
        Self(Box::new(snapshot))
    }

    /// Encodes a new snapshot.
    pub(crate) fn encode(&self, registry: &mut impl EncodeFamily) -> fmt::Result {
        encode(&(self.0)(), registry)
    }
}

/// Encoder that a registry passes to its collectors.
pub(crate) trait EncodeFamily {
    /// Encodes the descriptor of a family, and calls `samples` with the encoder of its samples.
    fn encode_family(
        &mut self,
        descriptor: &Descriptor,
        samples: &mut dyn FnMut(&mut dyn EncodeSample) -> fmt::Result,
    ) -> fmt::Result;
}

/// Encoder of a family's samples.
pub(crate) trait EncodeSample {
    fn counter(&mut self, labels: &Labels<'_>, value: u64) -> fmt::Result;
    fn gauge(&mut self, labels: &Labels<'_>, value: u64) -> fmt::Result;
    fn histogram(
        &mut self,
        labels: &Labels<'_>,
        buckets: Buckets<'_>,
        created: Option<SystemTime>,
    ) -> fmt::Result;
}

/// Names and values of labels, in a type that registries accept.
pub(crate) type Labels<'a> = Vec<(&'a str, &'a str)>;

/// Descriptor of a family, in the form that registries expect.
pub(crate) struct Descriptor {
    /// Name without `_total` and unit, which registries append.
    pub(crate) name: &'static str,
    pub(crate) help: Cow<'static, str>,
    pub(crate) unit: Option<&'static str>,
    pub(crate) kind: Kind,
}

impl Descriptor {
    fn of(metric: &Metric) -> Self {
        let name = open_metrics_name(metric);
        let unit = metric.unit.map(Unit::word);
        let name = unit
            .and_then(|unit| name.strip_suffix(unit)?.strip_suffix('_'))
            .unwrap_or(name);
        Self {
            name,
            help: help(metric),
            unit,
            kind: metric.kind,
        }
    }
}

/// Returns the help text of a metric without characters that a format escapes.
///
/// The OpenMetrics encoder escapes nothing, and the one of text 0.0.4 escapes them itself. A
/// collector cannot tell which of them calls it.
fn help(metric: &Metric) -> Cow<'static, str> {
    if metric.help.contains('"') {
        Cow::Owned(metric.help.replace('"', "'"))
    } else {
        Cow::Borrowed(metric.help)
    }
}

fn encode(snapshot: &Snapshot, registry: &mut impl EncodeFamily) -> fmt::Result {
    let families = Families::of(snapshot);
    let groups: Vec<_> = families.groups().collect();
    for family in families.iter().filter(|family| !family.is_empty()) {
        registry.encode_family(&Descriptor::of(family.metric), &mut |samples| {
            let mut result = Ok(());
            family.for_each(|sample| {
                if result.is_err() {
                    return;
                }
                let labels = sample.groups.iter();
                let labels = labels.flat_map(|group| groups[group.index()]);
                let labels = labels.map(|(name, value)| (*name, &**value)).collect();
                result = match sample.value {
                    Value::Number(value) if family.metric.kind == Kind::Counter => {
                        samples.counter(&labels, value)
                    }
                    Value::Number(value) => samples.gauge(&labels, value),
                    Value::Histogram(buckets) => {
                        samples.histogram(&labels, buckets, sample.created)
                    }
                    // A value that this version cannot write has no sample.
                    _ => Ok(()),
                };
            });
            result
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use autometrics_core::Families;

    use super::help;

    #[test]
    fn help_texts_need_no_escaping() {
        for metric in Families::metrics() {
            assert!(!help(metric).contains(['\\', '\n', '"']), "{}", metric.name);
        }
    }
}
