//! Collector for a registry of crate `prometheus-client`, version 0.26.

use std::{fmt, time::SystemTime};

use autometrics_core::{Buckets, FineBuckets, Snapshot};
use autometrics_schema::metric::Kind;
use prometheus_client_0_26::encoding::{
    DescriptorEncoder, MetricEncoder, NativeHistogram, NativeHistogramBuckets, NoLabelSet,
};
use prometheus_client_0_26::metrics::MetricType;
use prometheus_client_0_26::registry::Unit;

use crate::client::{Descriptor, EncodeFamily, EncodeSample, Labels, Source};
use crate::native::NativeBuckets;

/// Collector of the program's metrics, for a registry with other metrics of the program.
///
/// ```
/// use autometrics::prometheus::client_0_26::Collector;
/// # use prometheus_client_0_26 as prometheus_client;
/// use prometheus_client::{encoding::text::encode, registry::Registry};
///
/// let mut registry = Registry::default();
/// registry.register_collector(Box::new(Collector::new()));
///
/// let mut text = String::new();
/// encode(&mut text, &registry)?;
/// assert!(text.contains("build_info{"));
/// # Ok::<(), std::fmt::Error>(())
/// ```
///
/// Series and values are those of [`encode`](crate::encode()), without exemplars, in every format
/// that the registry is encoded in. Its protobuf format (feature `prometheus_protobuf` of the
/// crate) has native buckets in addition to the classic ones. The registry determines two things:
///
/// - Its prefix and labels apply to these series too. With a prefix, queries and rules for the
///   usual metric names find nothing.
/// - Bucket bounds below 0.0001 s and from 1,000,000 s on are not spelled canonically (`le="5e-5"`,
///   not `5e-05`).
pub struct Collector(Source);

impl Collector {
    /// Returns a collector that takes a snapshot of the program at each scrape.
    pub fn new() -> Self {
        Self(Source::new(autometrics_core::snapshot))
    }

    /// Sets the source of snapshots, which is called at each scrape. Default: this program.
    #[must_use]
    pub fn snapshot_source(
        mut self,
        source: impl Fn() -> Snapshot + Send + Sync + 'static,
    ) -> Self {
        self.0 = Source::new(source);
        self
    }
}

impl Default for Collector {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Collector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Collector").finish_non_exhaustive()
    }
}

impl prometheus_client_0_26::collector::Collector for Collector {
    fn encode(&self, encoder: DescriptorEncoder) -> fmt::Result {
        self.0.encode(&mut Registry(encoder))
    }
}

struct Registry<'a>(DescriptorEncoder<'a>);

impl EncodeFamily for Registry<'_> {
    fn encode_family(
        &mut self,
        descriptor: &Descriptor,
        samples: &mut dyn FnMut(&mut dyn EncodeSample) -> fmt::Result,
    ) -> fmt::Result {
        let unit = descriptor.unit.map(|unit| Unit::Other(unit.to_owned()));
        let kind = match descriptor.kind {
            Kind::Counter => MetricType::Counter,
            Kind::UpDown | Kind::Gauge => MetricType::Gauge,
            Kind::Histogram => MetricType::Histogram,
        };
        let described =
            self.0
                .encode_descriptor(descriptor.name, &descriptor.help, unit.as_ref(), kind);
        samples(&mut Samples(described?))
    }
}

struct Samples<'a>(MetricEncoder<'a>);

impl EncodeSample for Samples<'_> {
    fn counter(&mut self, labels: &Labels<'_>, value: u64) -> fmt::Result {
        let mut sample = self.0.encode_family(labels)?;
        sample.encode_counter::<NoLabelSet, u64, f64>(&value, None)
    }

    fn gauge(&mut self, labels: &Labels<'_>, value: u64) -> fmt::Result {
        self.0.encode_family(labels)?.encode_gauge(&value)
    }

    fn histogram(
        &mut self,
        labels: &Labels<'_>,
        buckets: Buckets<'_>,
        created: Option<SystemTime>,
    ) -> fmt::Result {
        let each: Vec<_> = buckets.each().collect();
        let (sum, count) = (buckets.sum(), buckets.count());
        let mut sample = self.0.encode_family(labels)?;
        let Some(fine) = buckets.fine_buckets() else {
            return sample.encode_histogram::<NoLabelSet>(sum, count, &each, None);
        };
        let native = NativeBuckets::of(fine);
        let native = NativeHistogram {
            schema: i32::from(FineBuckets::SCHEMA),
            zero_threshold: FineBuckets::ZERO_THRESHOLD,
            zero_count: native.zero_count,
            negative: NativeHistogramBuckets {
                spans: &[],
                deltas: &[],
            },
            positive: NativeHistogramBuckets {
                spans: &native.spans,
                deltas: &native.deltas,
            },
            created,
        };
        sample.encode_histogram_with_native::<NoLabelSet>(sum, count, &each, None, native)
    }
}
