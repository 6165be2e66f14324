//! Encodes snapshots in the protobuf format.

mod messages;

use std::{
    ops::Range,
    time::{SystemTime, UNIX_EPOCH},
};

use autometrics_core::{Buckets, Exemplar as Kept, Families, FineBuckets, Sample, Snapshot, Value};
use autometrics_schema::metric::{Kind, Metric};
use prost::{
    Message,
    encoding::{WireType, encode_key, encode_varint},
};

use self::messages::{
    Bucket, BucketSpan, COUNTER, Counter, Exemplar, FamilyHead, GAUGE, Gauge, HISTOGRAM, Histogram,
    LabelPair, Labels, METRIC_TAG, Measured, Timestamp,
};
use crate::exemplars::{Exemplars, SPAN, TRACE};
use crate::native::NativeBuckets;

/// Encodes `snapshot` as length-delimited `MetricFamily` messages.
///
/// Names are those of text 0.0.4: counters keep `_total`.
pub(crate) fn encode(snapshot: &Snapshot) -> Vec<u8> {
    let families = Families::of(snapshot);
    let labels = EncodedLabels::of(&families);
    let finite = families.bounds().iter().map(|bound| bound.unwrap_or(0.0));
    let bounds: Vec<f64> = finite.chain([f64::INFINITY]).collect();
    let mut out = Vec::new();
    // The length of a family or value precedes it, so both are first written to buffers of their
    // own.
    let (mut body, mut value) = (Vec::new(), Vec::new());
    for family in families.iter() {
        body.clear();
        family.for_each(|sample| {
            let Some(measured) = measured(family.metric, &sample, &bounds) else {
                return;
            };
            if body.is_empty() {
                append(&head(family.metric), &mut body);
            }
            value.clear();
            append(&measured, &mut value);
            labels.append_metric(&sample, &value, &mut body);
        });
        if !body.is_empty() {
            encode_varint(body.len() as u64, &mut out);
            out.extend_from_slice(&body);
        }
    }
    out
}

/// Appends `message` without its length.
fn append(message: &impl Message, out: &mut Vec<u8>) {
    // Writing to a vector does not run out of room.
    let _ = message.encode(out);
}

fn head(metric: &Metric) -> FamilyHead {
    FamilyHead {
        name: metric.name.to_owned(),
        help: metric.help.to_owned(),
        kind: Some(match metric.kind {
            Kind::Counter => COUNTER,
            Kind::UpDown | Kind::Gauge => GAUGE,
            Kind::Histogram => HISTOGRAM,
        }),
        unit: metric.unit.map_or("", |unit| unit.word()).to_owned(),
    }
}

/// Labels of each group, encoded once as a part of message `Metric`.
struct EncodedLabels {
    bytes: Vec<u8>,
    /// Range of each group in `bytes`.
    places: Vec<Range<usize>>,
}

impl EncodedLabels {
    fn of(families: &Families<'_>) -> Self {
        let mut bytes = Vec::new();
        let places = families.groups().map(|labels| {
            let start = bytes.len();
            let pairs = labels.iter().map(|(name, value)| pair(name, value));
            let labels = Labels {
                label: pairs.collect(),
            };
            append(&labels, &mut bytes);
            start..bytes.len()
        });
        let places = places.collect();
        Self { bytes, places }
    }

    /// Appends a `Metric` with an encoded value to the family in `body`.
    ///
    /// Concatenated encodings of a message are one message with the fields of all of them.
    fn append_metric(&self, sample: &Sample<'_>, value: &[u8], body: &mut Vec<u8>) {
        let groups = sample.groups.iter();
        let groups = groups.map(|group| &self.bytes[self.places[group.index()].clone()]);
        let len = groups.clone().map(<[u8]>::len).sum::<usize>() + value.len();
        encode_key(METRIC_TAG, WireType::LengthDelimited, body);
        encode_varint(len as u64, body);
        for group in groups {
            body.extend_from_slice(group);
        }
        body.extend_from_slice(value);
    }
}

fn pair(name: &str, value: &str) -> LabelPair {
    LabelPair {
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

/// Encodes the value of a sample; `None` for a value that this version cannot write.
fn measured(metric: &Metric, sample: &Sample<'_>, bounds: &[f64]) -> Option<Measured> {
    let mut measured = Measured::default();
    let created = sample.created.map(timestamp);
    match sample.value {
        Value::Number(value) => {
            let value = float(value);
            match metric.kind {
                Kind::Counter => measured.counter = Some(Counter { value, created }),
                _ => measured.gauge = Some(Gauge { value }),
            }
        }
        Value::Histogram(buckets) => {
            let histogram = histogram(buckets, bounds);
            measured.histogram = Some(Histogram {
                created,
                ..histogram
            });
        }
        _ => return None,
    }
    Some(measured)
}

fn histogram(buckets: Buckets<'_>, bounds: &[f64]) -> Histogram {
    let mut exemplars = Exemplars::new(buckets.exemplars());
    let each = buckets.cumulative().enumerate().zip(bounds);
    let each = each.filter_map(|((bucket, calls), bound)| {
        Some(Bucket {
            cumulative_count: calls?,
            upper_bound: *bound,
            exemplar: exemplars.next_of(bucket).map(exemplar),
        })
    });
    let mut histogram = Histogram {
        bucket: each.collect(),
        sample_count: buckets.count(),
        sample_sum: buckets.sum(),
        ..Histogram::default()
    };
    // Prometheus refuses a native histogram whose buckets lack some of its calls.
    if let Some(fine) = buckets.fine_buckets() {
        add_native(&mut histogram, NativeBuckets::of(fine));
    }
    histogram
}

/// Adds native buckets and their exemplars to a histogram with classic buckets.
fn add_native(histogram: &mut Histogram, native: NativeBuckets) {
    let spans = native.spans.iter();
    let exemplars = histogram.bucket.iter();
    histogram.schema = i32::from(FineBuckets::SCHEMA);
    histogram.zero_threshold = FineBuckets::ZERO_THRESHOLD;
    histogram.zero_count = native.zero_count;
    histogram.positive_span = spans
        .map(|&(offset, length)| BucketSpan { offset, length })
        .collect();
    histogram.positive_delta = native.deltas;
    histogram.exemplars = exemplars
        .filter_map(|bucket| bucket.exemplar.clone())
        .collect();
}

/// Encodes an exemplar with its time, because Prometheus drops exemplars of native histograms that
/// have none.
fn exemplar(kept: &Kept) -> Exemplar {
    Exemplar {
        label: vec![
            pair(TRACE, &format!("{:032x}", kept.trace.trace_id)),
            pair(SPAN, &format!("{:016x}", kept.trace.span_id)),
        ],
        value: kept.latency.as_secs_f64(),
        timestamp: Some(timestamp(kept.time)),
    }
}

fn timestamp(time: SystemTime) -> Timestamp {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp {
        seconds: i64::try_from(since.as_secs()).unwrap_or(i64::MAX),
        nanos: i32::try_from(since.subsec_nanos()).unwrap_or_default(),
    }
}

#[expect(clippy::cast_precision_loss, reason = "counts below 2^53 are exact")]
fn float(count: u64) -> f64 {
    count as f64
}
