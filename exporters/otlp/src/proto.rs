//! The part of OTLP's messages that is sent and received, with the field numbers of
//! [opentelemetry-proto] 1.
//!
//! A repeated message is the same bytes as a repeated `bytes` field. Where the same
//! message stands in thousands of places, such as a function's attributes, it is
//! encoded once and stands here as [`Bytes`], which are shared.
//!
//! [opentelemetry-proto]: https://github.com/open-telemetry/opentelemetry-proto/tree/main/opentelemetry/proto

use bytes::Bytes;
use prost::{Message, Oneof};

/// Of `common.proto`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct KeyValue {
    #[prost(string, tag = "1")]
    pub(crate) key: String,
    #[prost(message, optional, tag = "2")]
    pub(crate) value: Option<AnyValue>,
}

/// Of `common.proto`; of its kinds of values only text.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct AnyValue {
    /// Optional, as the presence of the field says which kind it is: empty text is
    /// not the same as no value.
    #[prost(string, optional, tag = "1")]
    pub(crate) text: Option<String>,
}

/// Of `metrics_service.proto`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct ExportRequest {
    #[prost(message, repeated, tag = "1")]
    pub(crate) resource_metrics: Vec<ResourceMetrics>,
}

/// Of `metrics.proto`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct ResourceMetrics {
    #[prost(message, optional, tag = "1")]
    pub(crate) resource: Option<Resource>,
    #[prost(message, repeated, tag = "2")]
    pub(crate) scope_metrics: Vec<ScopeMetrics>,
}

/// Of `resource.proto`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Resource {
    /// Each a [`KeyValue`].
    #[prost(bytes = "bytes", repeated, tag = "1")]
    pub(crate) attributes: Vec<Bytes>,
}

/// Of `metrics.proto`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct ScopeMetrics {
    #[prost(message, optional, tag = "1")]
    pub(crate) scope: Option<Scope>,
    #[prost(message, repeated, tag = "2")]
    pub(crate) metrics: Vec<Metric>,
}

/// `InstrumentationScope` of `common.proto`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Scope {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
    #[prost(string, tag = "2")]
    pub(crate) version: String,
}

/// Of `metrics.proto`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Metric {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
    #[prost(string, tag = "2")]
    pub(crate) description: String,
    #[prost(string, tag = "3")]
    pub(crate) unit: String,
    #[prost(oneof = "Data", tags = "5, 7, 9, 10")]
    pub(crate) data: Option<Data>,
}

/// `Metric.data`.
#[derive(Clone, PartialEq, Oneof)]
pub(crate) enum Data {
    #[prost(message, tag = "5")]
    Gauge(Gauge),
    #[prost(message, tag = "7")]
    Sum(Sum),
    #[prost(message, tag = "9")]
    Histogram(Histogram),
    #[prost(message, tag = "10")]
    Exponential(ExponentialHistogram),
}

/// Of `metrics.proto`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Gauge {
    #[prost(message, repeated, tag = "1")]
    pub(crate) data_points: Vec<NumberPoint>,
}

/// Of `metrics.proto`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Sum {
    #[prost(message, repeated, tag = "1")]
    pub(crate) data_points: Vec<NumberPoint>,
    /// `AggregationTemporality`: 1 is delta, 2 is cumulative.
    #[prost(int32, tag = "2")]
    pub(crate) temporality: i32,
    #[prost(bool, tag = "3")]
    pub(crate) is_monotonic: bool,
}

/// Of `metrics.proto`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Histogram {
    #[prost(message, repeated, tag = "1")]
    pub(crate) data_points: Vec<HistogramPoint>,
    /// As [`Sum::temporality`].
    #[prost(int32, tag = "2")]
    pub(crate) temporality: i32,
}

/// Of `metrics.proto`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct ExponentialHistogram {
    #[prost(message, repeated, tag = "1")]
    pub(crate) data_points: Vec<ExponentialPoint>,
    /// As [`Sum::temporality`].
    #[prost(int32, tag = "2")]
    pub(crate) temporality: i32,
}

/// `NumberDataPoint` of `metrics.proto`; of its kinds of values only integers.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct NumberPoint {
    /// Each a [`KeyValue`].
    #[prost(bytes = "bytes", repeated, tag = "7")]
    pub(crate) attributes: Vec<Bytes>,
    #[prost(fixed64, tag = "2")]
    pub(crate) start_time: u64,
    #[prost(fixed64, tag = "3")]
    pub(crate) time: u64,
    /// Optional, as zero is a value and not none.
    #[prost(sfixed64, optional, tag = "6")]
    pub(crate) as_int: Option<i64>,
}

/// `HistogramDataPoint` of `metrics.proto`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct HistogramPoint {
    /// Each a [`KeyValue`].
    #[prost(bytes = "bytes", repeated, tag = "9")]
    pub(crate) attributes: Vec<Bytes>,
    #[prost(fixed64, tag = "2")]
    pub(crate) start_time: u64,
    #[prost(fixed64, tag = "3")]
    pub(crate) time: u64,
    #[prost(fixed64, tag = "4")]
    pub(crate) count: u64,
    #[prost(double, optional, tag = "5")]
    pub(crate) sum: Option<f64>,
    /// Not cumulative, one more than bounds.
    #[prost(fixed64, repeated, tag = "6")]
    pub(crate) bucket_counts: Vec<u64>,
    #[prost(double, repeated, tag = "7")]
    pub(crate) explicit_bounds: Vec<f64>,
    #[prost(message, repeated, tag = "8")]
    pub(crate) exemplars: Vec<Exemplar>,
}

/// `ExponentialHistogramDataPoint` of `metrics.proto`; of its buckets only the positive ones, as no
/// latency is negative.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct ExponentialPoint {
    /// Each a [`KeyValue`].
    #[prost(bytes = "bytes", repeated, tag = "1")]
    pub(crate) attributes: Vec<Bytes>,
    #[prost(fixed64, tag = "2")]
    pub(crate) start_time: u64,
    #[prost(fixed64, tag = "3")]
    pub(crate) time: u64,
    #[prost(fixed64, tag = "4")]
    pub(crate) count: u64,
    #[prost(double, optional, tag = "5")]
    pub(crate) sum: Option<f64>,
    /// The number of buckets per octave, as a power of two.
    #[prost(sint32, tag = "6")]
    pub(crate) scale: i32,
    #[prost(fixed64, tag = "7")]
    pub(crate) zero_count: u64,
    #[prost(message, optional, tag = "8")]
    pub(crate) positive: Option<ExponentialBuckets>,
    #[prost(message, repeated, tag = "11")]
    pub(crate) exemplars: Vec<Exemplar>,
    /// The zero bucket has the values up to this one, and this one.
    #[prost(double, tag = "14")]
    pub(crate) zero_threshold: f64,
}

/// `ExponentialHistogramDataPoint.Buckets` of `metrics.proto`.
///
/// At scale `s`, bucket `i` has the values above 2^(i / 2^s), up to 2^((i + 1) / 2^s) and that one.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct ExponentialBuckets {
    /// The number of the first bucket.
    #[prost(sint32, tag = "1")]
    pub(crate) offset: i32,
    #[prost(uint64, repeated, tag = "2")]
    pub(crate) counts: Vec<u64>,
}

/// Of `metrics.proto`; of its kinds of values only floats.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Exemplar {
    #[prost(fixed64, tag = "2")]
    pub(crate) time: u64,
    #[prost(double, optional, tag = "3")]
    pub(crate) as_double: Option<f64>,
    #[prost(bytes = "vec", tag = "4")]
    pub(crate) span_id: Vec<u8>,
    #[prost(bytes = "vec", tag = "5")]
    pub(crate) trace_id: Vec<u8>,
}

/// `ExportMetricsServiceResponse` of `metrics_service.proto`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct ExportResponse {
    #[prost(message, optional, tag = "1")]
    pub(crate) partial_success: Option<PartialSuccess>,
}

/// Of `metrics_service.proto`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct PartialSuccess {
    #[prost(int64, tag = "1")]
    pub(crate) rejected_data_points: i64,
    #[prost(string, tag = "2")]
    pub(crate) error_message: String,
}

/// `google.rpc.Status`: the body of HTTP answers that are errors, and the details of
/// gRPC's.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Status {
    #[prost(int32, tag = "1")]
    pub(crate) code: i32,
    #[prost(string, tag = "2")]
    pub(crate) message: String,
    #[prost(message, repeated, tag = "3")]
    pub(crate) details: Vec<Any>,
}

/// `google.protobuf.Any`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Any {
    #[prost(string, tag = "1")]
    pub(crate) type_url: String,
    #[prost(bytes = "bytes", tag = "2")]
    pub(crate) value: Bytes,
}
