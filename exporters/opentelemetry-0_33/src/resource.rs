//! Reads the resource of an encoded request, with the field numbers of [opentelemetry-proto] 1.
//!
//! [opentelemetry-proto]: https://github.com/open-telemetry/opentelemetry-proto/tree/main/opentelemetry/proto

use prost::Message;

use crate::body::Refused;

/// Message of `metrics_service.proto`. Fields that are not needed are skipped.
#[derive(Clone, PartialEq, Message)]
struct ExportRequest {
    #[prost(message, repeated, tag = "1")]
    resource_metrics: Vec<ResourceMetrics>,
}

/// Message of `metrics.proto`.
#[derive(Clone, PartialEq, Message)]
struct ResourceMetrics {
    #[prost(message, optional, tag = "1")]
    resource: Option<Resource>,
}

/// Message of `resource.proto`.
#[derive(Clone, PartialEq, Message)]
struct Resource {
    #[prost(message, repeated, tag = "1")]
    attributes: Vec<KeyValue>,
}

/// Message of `common.proto`.
#[derive(Clone, PartialEq, Message)]
struct KeyValue {
    #[prost(string, tag = "1")]
    key: String,
    #[prost(message, optional, tag = "2")]
    value: Option<AnyValue>,
}

/// Message of `common.proto`, with the string variant only.
#[derive(Clone, PartialEq, Message)]
struct AnyValue {
    #[prost(string, optional, tag = "1")]
    text: Option<String>,
}

/// Returns the string attributes of the first resource in `request`, except those with prefix
/// `telemetry.`, which describe the SDK and not the program.
pub(crate) fn attributes(request: &[u8]) -> Result<Vec<(String, String)>, Refused> {
    let request = ExportRequest::decode(request).map_err(Refused::Message)?;
    let first = request.resource_metrics.into_iter().next();
    let attributes = first.and_then(|first| first.resource).unwrap_or_default();
    let texts = attributes
        .attributes
        .into_iter()
        .filter(|one| !one.key.starts_with("telemetry."))
        .filter_map(|one| Some((one.key, one.value?.text?)));
    Ok(texts.collect())
}
