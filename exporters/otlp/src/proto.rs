//! The part of OTLP's messages that is sent and received, with the field numbers of
//! [opentelemetry-proto] 1.
//!
//! On the wire, a repeated message and a repeated `bytes` field are the same. A message that occurs
//! in thousands of places, such as the attributes of a function, is encoded once and held as shared
//! [`Bytes`].
//!
//! [opentelemetry-proto]: https://github.com/open-telemetry/opentelemetry-proto/tree/main/opentelemetry/proto

use bytes::Bytes;
use prost::{Message, Oneof};

/// Message of `common.proto`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct KeyValue {
    #[prost(string, tag = "1")]
    pub(crate) key: String,
    #[prost(message, optional, tag = "2")]
    pub(crate) value: Option<AnyValue>,
}

/// Message of `common.proto`, with the string variant only.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct AnyValue {
    /// The presence of the field selects the variant, so it is optional: an empty string is not the
    /// same as no value.
    #[prost(string, optional, tag = "1")]
    pub(crate) text: Option<String>,
}

/// Message of `metrics_service.proto`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct ExportRequest {
    #[prost(message, repeated, tag = "1")]
    pub(crate) resource_metrics: Vec<ResourceMetrics>,
}

/// Message of `metrics.proto`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct ResourceMetrics {
    #[prost(message, optional, tag = "1")]
    pub(crate) resource: Option<Resource>,
    #[prost(message, repeated, tag = "2")]
    pub(crate) scope_metrics: Vec<ScopeMetrics>,
}

/// Message of `resource.proto`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Resource {
    /// Encoded [`KeyValue`] messages.
    #[prost(bytes = "bytes", repeated, tag = "1")]
    pub(crate) attributes: Vec<Bytes>,
}

/// Message of `metrics.proto`.
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

/// Message of `metrics.proto`.
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

/// Field `data` of message `Metric`.
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

/// Message of `metrics.proto`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Gauge {
    #[prost(message, repeated, tag = "1")]
    pub(crate) data_points: Vec<NumberPoint>,
}

/// Values of `AggregationTemporality`.
pub(crate) const DELTA: i32 = 1;
pub(crate) const CUMULATIVE: i32 = 2;

/// Message of `metrics.proto`.
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

/// Message of `metrics.proto`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Histogram {
    #[prost(message, repeated, tag = "1")]
    pub(crate) data_points: Vec<HistogramPoint>,
    /// `AggregationTemporality`, see [`Sum::temporality`].
    #[prost(int32, tag = "2")]
    pub(crate) temporality: i32,
}

/// Message of `metrics.proto`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct ExponentialHistogram {
    #[prost(message, repeated, tag = "1")]
    pub(crate) data_points: Vec<ExponentialPoint>,
    /// `AggregationTemporality`, see [`Sum::temporality`].
    #[prost(int32, tag = "2")]
    pub(crate) temporality: i32,
}

/// `NumberDataPoint` of `metrics.proto`, with the integer variant only.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct NumberPoint {
    /// Encoded [`KeyValue`] messages.
    #[prost(bytes = "bytes", repeated, tag = "7")]
    pub(crate) attributes: Vec<Bytes>,
    #[prost(fixed64, tag = "2")]
    pub(crate) start_time: u64,
    #[prost(fixed64, tag = "3")]
    pub(crate) time: u64,
    /// Optional, because zero is a value and differs from no value.
    #[prost(sfixed64, optional, tag = "6")]
    pub(crate) as_int: Option<i64>,
}

/// `HistogramDataPoint` of `metrics.proto`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct HistogramPoint {
    /// Encoded [`KeyValue`] messages.
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
    /// Number of calls per bucket, not cumulative; one element more than `explicit_bounds`.
    #[prost(fixed64, repeated, tag = "6")]
    pub(crate) bucket_counts: Vec<u64>,
    #[prost(double, repeated, tag = "7")]
    pub(crate) explicit_bounds: Vec<f64>,
    #[prost(message, repeated, tag = "8")]
    pub(crate) exemplars: Vec<Exemplar>,
}

/// `ExponentialHistogramDataPoint` of `metrics.proto`, without negative buckets, as no latency is
/// negative.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct ExponentialPoint {
    /// Encoded [`KeyValue`] messages.
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
    /// Resolution: an octave has 2^scale buckets.
    #[prost(sint32, tag = "6")]
    pub(crate) scale: i32,
    #[prost(fixed64, tag = "7")]
    pub(crate) zero_count: u64,
    #[prost(message, optional, tag = "8")]
    pub(crate) positive: Option<ExponentialBuckets>,
    #[prost(message, repeated, tag = "11")]
    pub(crate) exemplars: Vec<Exemplar>,
    /// Upper bound of the zero bucket, inclusive.
    #[prost(double, tag = "14")]
    pub(crate) zero_threshold: f64,
}

/// `ExponentialHistogramDataPoint.Buckets` of `metrics.proto`.
///
/// At scale `s`, bucket `i` holds the values in (2^(i / 2^s), 2^((i + 1) / 2^s)].
#[derive(Clone, PartialEq, Message)]
pub(crate) struct ExponentialBuckets {
    /// Number of the first bucket.
    #[prost(sint32, tag = "1")]
    pub(crate) offset: i32,
    #[prost(uint64, repeated, tag = "2")]
    pub(crate) counts: Vec<u64>,
}

/// Message of `metrics.proto`, with the float variant only.
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

/// Message of `metrics_service.proto`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct PartialSuccess {
    #[prost(int64, tag = "1")]
    pub(crate) rejected_data_points: i64,
    #[prost(string, tag = "2")]
    pub(crate) error_message: String,
}

/// Message `google.rpc.Status`: the body of an HTTP error response, and the details of a gRPC
/// status.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Status {
    #[prost(int32, tag = "1")]
    pub(crate) code: i32,
    #[prost(string, tag = "2")]
    pub(crate) message: String,
    #[prost(message, repeated, tag = "3")]
    pub(crate) details: Vec<Any>,
}

/// Message `google.protobuf.Any`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Any {
    #[prost(string, tag = "1")]
    pub(crate) type_url: String,
    #[prost(bytes = "bytes", tag = "2")]
    pub(crate) value: Bytes,
}
