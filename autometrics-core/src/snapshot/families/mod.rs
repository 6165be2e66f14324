//! A snapshot as metric families, which exporters only have to format.

mod groups;
mod labels;
mod sample;
mod table;

use autometrics_schema::metric::Metric;

use self::table::{Find, Row, Source, TABLE};
pub use self::{
    groups::{Group, Label},
    sample::{Buckets, Sample, Value},
};
use super::Snapshot;

/// The metric families of a snapshot, which exporters only have to format.
///
/// The run time's snapshots are consistent. A snapshot that was built by hand may not be; it is
/// corrected here: functions, callers and edges with the same labels are added up, so that no
/// series is exported twice; references to missing functions are left out; missing buckets are
/// zero; and bounds that no bucket can have are dropped.
///
/// Labels come in [groups](Self::groups) that many samples share, so that an exporter formats each
/// group only once:
///
/// ```
/// use autometrics_core::{Families, Function, Snapshot, Value};
///
/// let mut snapshot = Snapshot::new("shop");
/// snapshot.functions.push(Function::new("shop::cart", "Cart::add"));
/// snapshot.functions[0].in_flight = Some(3);
///
/// let families = Families::of(&snapshot);
/// let spelled: Vec<String> = families
///     .groups()
///     .map(|labels| labels.iter().map(|(name, value)| format!("{name}={value:?} ")).collect())
///     .collect();
/// let mut text = String::new();
/// for family in families.iter() {
///     family.for_each(|sample| {
///         let groups = sample.groups.iter();
///         let labels: String = groups.map(|group| &*spelled[group.index()]).collect();
///         if let Value::Number(value) = sample.value {
///             text += &format!("{} {labels}{value}\n", family.metric.name);
///         }
///     });
/// }
/// assert!(text.contains(
///     r#"function_calls_concurrent function="Cart::add" module="shop::cart" service_name="shop" 3"#
/// ));
/// ```
#[derive(Debug)]
pub struct Families<'a>(Source<'a>);

/// A metric and its samples.
#[derive(Clone, Copy, Debug)]
pub struct Family<'a> {
    /// Name, kind and description of the metric.
    pub metric: &'static Metric,
    samples: Find,
    source: &'a Source<'a>,
}

impl Family<'_> {
    /// Returns `true` if the family has no samples.
    pub fn is_empty(&self) -> bool {
        let mut is_empty = true;
        self.for_each(|_| is_empty = false);
        is_empty
    }

    /// Calls `sink` with each sample, in the order of the snapshot.
    pub fn for_each(&self, mut sink: impl FnMut(Sample<'_>)) {
        let started = self.source.started(self.metric.kind);
        (self.samples)(self.source, &mut |sample| {
            sink(Sample {
                created: sample.created.or(started),
                ..sample
            });
        });
    }
}

impl<'a> Families<'a> {
    /// Computes totals and labels of `snapshot`.
    pub fn of(snapshot: &'a Snapshot) -> Self {
        Self(Source::of(snapshot))
    }

    /// Returns every metric that a snapshot may contain, in the order of [`iter`](Self::iter).
    pub fn metrics() -> impl Iterator<Item = &'static Metric> {
        TABLE.iter().map(|(metric, _)| metric)
    }

    /// Returns the family of every metric, including families without samples.
    pub fn iter(&self) -> impl Iterator<Item = Family<'_>> {
        TABLE.iter().map(|row| self.family_of(row))
    }

    /// Returns the family of one of the [`metrics`](Self::metrics); `None` for any other metric.
    pub fn family(&self, metric: &Metric) -> Option<Family<'_>> {
        let row = TABLE.iter().find(|(known, _)| known.name == metric.name)?;
        Some(self.family_of(row))
    }

    fn family_of(&self, (metric, samples): &'static Row) -> Family<'_> {
        Family {
            metric,
            samples: *samples,
            source: &self.0,
        }
    }

    /// Returns the labels of each group, in the order of [`Group::index`].
    pub fn groups(&self) -> impl ExactSizeIterator<Item = &[Label]> {
        self.0.labels.groups.iter()
    }

    /// Returns the upper bounds of the latency buckets in seconds, without `+Inf`; `None` for a
    /// bound of the snapshot that no bucket can have.
    pub fn bounds(&self) -> &[Option<f64>] {
        self.0.totals.bounds()
    }

    /// Returns the groups of `sample` with the overflow caller in place of its caller, for
    /// exporters with a cardinality limit of their own. Returns `None` if the sample has no caller
    /// label.
    pub fn without_caller(&self, sample: &Sample<'_>) -> Option<Vec<Group>> {
        let mut groups = sample.groups.to_vec();
        groups[sample.caller?] = self.0.labels.overflow;
        Some(groups)
    }
}
