//! The messages of `io.prometheus.client` that are written, with the field numbers of
//! [`metrics.proto`].
//!
//! All fields are optional, and a missing number is zero, so a number that is zero is not written.
//!
//! [`metrics.proto`]: https://github.com/prometheus/client_model/blob/master/io/prometheus/client/metrics.proto

use prost::Message;

/// Values of enum `MetricType`.
pub(super) const COUNTER: i32 = 0;
pub(super) const GAUGE: i32 = 1;
pub(super) const HISTOGRAM: i32 = 4;

/// Number of the field `metric` in `MetricFamily`.
pub(super) const METRIC_TAG: u32 = 4;

/// `MetricFamily` without its metrics, which are appended one by one.
#[derive(Clone, PartialEq, Message)]
pub(super) struct FamilyHead {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(string, tag = "2")]
    pub(super) help: String,
    /// Optional, so that the type is written for counters too, whose number is zero.
    #[prost(int32, optional, tag = "3")]
    pub(super) kind: Option<i32>,
    /// Newer than the other fields. A Prometheus that does not know it skips it.
    #[prost(string, tag = "5")]
    pub(super) unit: String,
}

/// `Metric` with labels only.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Labels {
    #[prost(message, repeated, tag = "1")]
    pub(super) label: Vec<LabelPair>,
}

/// `Metric` without labels.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Measured {
    #[prost(message, optional, tag = "2")]
    pub(super) gauge: Option<Gauge>,
    #[prost(message, optional, tag = "3")]
    pub(super) counter: Option<Counter>,
    #[prost(message, optional, tag = "7")]
    pub(super) histogram: Option<Histogram>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct LabelPair {
    #[prost(string, tag = "1")]
    pub(super) name: String,
    #[prost(string, tag = "2")]
    pub(super) value: String,
}

#[derive(Clone, Copy, PartialEq, Message)]
pub(super) struct Gauge {
    #[prost(double, tag = "1")]
    pub(super) value: f64,
}

#[derive(Clone, Copy, PartialEq, Message)]
pub(super) struct Counter {
    #[prost(double, tag = "1")]
    pub(super) value: f64,
    /// Time when the counter was zero.
    #[prost(message, optional, tag = "3")]
    pub(super) created: Option<Timestamp>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Histogram {
    #[prost(uint64, tag = "1")]
    pub(super) sample_count: u64,
    #[prost(double, tag = "2")]
    pub(super) sample_sum: f64,
    /// Classic buckets, in ascending order of their bounds, `+Inf` last.
    #[prost(message, repeated, tag = "3")]
    pub(super) bucket: Vec<Bucket>,
    /// Resolution of native buckets: an octave has 2^schema buckets.
    #[prost(sint32, tag = "5")]
    pub(super) schema: i32,
    /// Threshold in seconds. A value above zero marks the histogram as native even without calls.
    #[prost(double, tag = "6")]
    pub(super) zero_threshold: f64,
    #[prost(uint64, tag = "7")]
    pub(super) zero_count: u64,
    #[prost(message, repeated, tag = "12")]
    pub(super) positive_span: Vec<BucketSpan>,
    /// Number of calls in each native bucket, minus the number in the bucket before.
    #[prost(sint64, repeated, tag = "13")]
    pub(super) positive_delta: Vec<i64>,
    /// Time when the histogram was zero.
    #[prost(message, optional, tag = "15")]
    pub(super) created: Option<Timestamp>,
    /// Exemplars of the native histogram, each with its time.
    #[prost(message, repeated, tag = "16")]
    pub(super) exemplars: Vec<Exemplar>,
}

#[derive(Clone, Copy, PartialEq, Message)]
pub(super) struct BucketSpan {
    #[prost(sint32, tag = "1")]
    pub(super) offset: i32,
    #[prost(uint32, tag = "2")]
    pub(super) length: u32,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Bucket {
    #[prost(uint64, tag = "1")]
    pub(super) cumulative_count: u64,
    #[prost(double, tag = "2")]
    pub(super) upper_bound: f64,
    #[prost(message, optional, tag = "3")]
    pub(super) exemplar: Option<Exemplar>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Exemplar {
    #[prost(message, repeated, tag = "1")]
    pub(super) label: Vec<LabelPair>,
    #[prost(double, tag = "2")]
    pub(super) value: f64,
    #[prost(message, optional, tag = "3")]
    pub(super) timestamp: Option<Timestamp>,
}

/// Message `google.protobuf.Timestamp`: time since 1970.
#[derive(Clone, Copy, PartialEq, Message)]
pub(super) struct Timestamp {
    #[prost(int64, tag = "1")]
    pub(super) seconds: i64,
    #[prost(int32, tag = "2")]
    pub(super) nanos: i32,
}
