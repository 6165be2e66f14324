//! A snapshot as metric families: the one place that knows which metrics there are, and
//! which labels their samples have.

mod labels;
mod sample;

use autometrics_schema::metric::{self, Metric};

use self::labels::Labels;
pub use self::{
    labels::{Group, Label},
    sample::{Buckets, Sample, Value},
};
use super::{Exemplar, Function, Snapshot, totals::Totals};

/// The metric families of a snapshot, for exporters, which only spell them.
///
/// The run time's snapshots are consistent. A snapshot that was built by hand need not be,
/// and is put right here: references to functions that are missing are left out, missing
/// buckets are zero, and bounds that no bucket can have are dropped.
///
/// Labels come in [groups](Self::groups) that many samples share, so that an exporter
/// spells each group once:
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
///     for sample in &family.samples {
///         let Value::Number(value) = sample.value else { continue };
///         let labels: String = sample.groups().map(|group| &*spelled[group.index()]).collect();
///         text += &format!("{} {labels}{value}\n", family.metric.name);
///     }
/// }
/// assert!(text.contains(
///     r#"function_calls_concurrent function="Cart::add" module="shop::cart" service_name="shop" 3"#
/// ));
/// ```
#[derive(Debug)]
pub struct Families<'a> {
    totals: Totals<'a>,
    labels: Labels<'a>,
    /// Sorted by function and bucket.
    exemplars: Vec<Exemplar>,
}

/// A metric and its samples.
#[derive(Clone, Debug)]
pub struct Family<'a> {
    /// The metric.
    pub metric: &'static Metric,
    /// Its samples, in the order of the snapshot.
    pub samples: Vec<Sample<'a>>,
}

/// A metric, and the function that finds its samples.
type Row = (Metric, for<'f> fn(&'f Families<'_>) -> Vec<Sample<'f>>);

/// Every metric, in the order in which they are exported.
static TABLE: [Row; 9] = [
    (metric::BUILD_INFO, |it| it.one(it.labels.build, 1)),
    (metric::CALLS, |it| it.calls()),
    (metric::DURATION, |it| it.durations()),
    (metric::CONCURRENT, |it| {
        it.each(|function| function.in_flight)
    }),
    (metric::CANCELLED, |it| {
        it.each(|function| Some(function.cancelled.as_ref()?.count()))
    }),
    (metric::SUPPRESSED_EVENTS, |it| {
        it.each(|function| function.suppressed_events)
    }),
    (metric::FOLDED_EDGES, |it| {
        it.one(it.labels.program, it.snapshot().folded_edges)
    }),
    (metric::NAME_COLLISIONS, |it| {
        let collide = it.snapshot().functions.iter().filter(|it| it.collides);
        it.one(it.labels.program, collide.count() as u64)
    }),
    (metric::REFUSED_CALLERS, |it| {
        // Programs that no other program ever called need not hear of it.
        let snapshot = it.snapshot();
        let any = snapshot.refused_callers > 0 || !snapshot.remote_callers.is_empty();
        let refused = any.then(|| it.one(it.labels.program, snapshot.refused_callers));
        refused.unwrap_or_default()
    }),
];

impl<'a> Families<'a> {
    /// Adds up the counts of `snapshot`, and collects the labels of its samples.
    pub fn of(snapshot: &'a Snapshot) -> Self {
        let mut exemplars = snapshot.exemplars.clone();
        exemplars.sort_by_key(|one| (one.function, one.bucket));
        Self {
            totals: Totals::of(snapshot),
            labels: Labels::of(snapshot),
            exemplars,
        }
    }

    /// Returns every metric that a snapshot may have, in the order of [`iter`](Self::iter).
    pub fn metrics() -> impl Iterator<Item = &'static Metric> {
        TABLE.iter().map(|(metric, _)| metric)
    }

    /// Returns the families that have samples.
    pub fn iter(&self) -> impl Iterator<Item = Family<'_>> {
        let all = TABLE.iter().map(|row| self.family_of(row));
        all.filter(|family| !family.samples.is_empty())
    }

    /// Returns the family of one of the [`metrics`](Self::metrics), which may have no
    /// samples, or `None` for another metric.
    pub fn family(&self, metric: &Metric) -> Option<Family<'_>> {
        let row = TABLE.iter().find(|(known, _)| known.name == metric.name)?;
        Some(self.family_of(row))
    }

    fn family_of(&self, (metric, samples): &'static Row) -> Family<'_> {
        Family {
            metric,
            samples: samples(self),
        }
    }

    /// Returns the labels of each group, in the order of [`Group::index`].
    pub fn groups(&self) -> impl ExactSizeIterator<Item = &[Label<'a>]> {
        self.labels.groups()
    }

    /// Returns the upper bounds of the latency buckets in seconds, without `+Inf`; `None`
    /// for a bound of the snapshot that no bucket can have.
    pub fn bounds(&self) -> &[Option<f64>] {
        self.totals.bounds()
    }

    /// Returns `sample` as one of a caller beyond the cardinality limit, for exporters with
    /// a limit of their own, or `None` if no caller is among its labels.
    pub fn without_caller<'s>(&self, sample: Sample<'s>) -> Option<Sample<'s>> {
        sample.with_caller(self.labels.overflow)
    }

    fn snapshot(&self) -> &'a Snapshot {
        self.totals.snapshot()
    }
}

/// The samples of the families.
impl Families<'_> {
    fn one(&self, group: Group, value: u64) -> Vec<Sample<'_>> {
        vec![Sample::number(group, value)]
    }

    /// Returns one sample for each function that has a value.
    fn each(&self, value: impl Fn(&Function) -> Option<u64>) -> Vec<Sample<'_>> {
        let functions = self.snapshot().functions.iter().enumerate();
        let samples = functions.filter_map(|(at, function)| {
            Some(Sample::number(
                self.labels.function(at).own,
                value(function)?,
            ))
        });
        samples.collect()
    }

    fn calls(&self) -> Vec<Sample<'_>> {
        let labels = &self.labels;
        let samples = self.totals.calls().filter_map(|calls| {
            let function = labels.function(calls.function);
            let result = if calls.is_ok { labels.ok } else { labels.error };
            let caller = labels.caller(calls.caller)?;
            let error = calls.error.and_then(|kind| labels.error_kind(kind));
            let own = Some(function.own);
            let groups = [own, function.success, Some(result), Some(caller), error];
            Some(Sample::new(groups, Value::Number(calls.count)))
        });
        samples.collect()
    }

    fn durations(&self) -> Vec<Sample<'_>> {
        let functions = 0..self.snapshot().functions.len();
        let samples = functions.map(|at| {
            let function = self.labels.function(at);
            let buckets = Buckets {
                latencies: self.totals.latencies(at),
                bounds: self.totals.bounds(),
                exemplars: self.exemplars_of(at),
            };
            let groups = [Some(function.own), function.latency, None, None, None];
            Sample::new(groups, Value::Histogram(buckets))
        });
        samples.collect()
    }

    fn exemplars_of(&self, function: usize) -> &[Exemplar] {
        let start = self
            .exemplars
            .partition_point(|one| one.function < function);
        let all = &self.exemplars[start..];
        &all[..all.partition_point(|one| one.function == function)]
    }
}
