//! Sends requests over gRPC, on a Tokio runtime of the thread that sends.

use std::{error::Error, sync::Arc, time::Duration};

use bytes::{BufMut as _, Bytes};
use http::uri::PathAndQuery;
use prost::Message;
use tokio::{runtime, time};
use tonic::{
    Code, Request, Status,
    client::Grpc as Client,
    codec::{Codec, CompressionEncoding, DecodeBuf, Decoder, EncodeBuf, Encoder},
    metadata::{KeyAndValueRef, MetadataMap},
    transport::{Channel, Endpoint},
};

use crate::{
    choices::Compression,
    error::StartError,
    http::USER_AGENT,
    outcome::{LONGEST_WAIT, SendOutcome, quoted},
    proto::{self, ExportResponse},
    settings::Settings,
};

/// gRPC client. It sends one request at a time and keeps its connection open.
pub(crate) struct Grpc {
    runtime: runtime::Runtime,
    client: Client<Channel>,
    headers: MetadataMap,
}

const EXPORT: &str = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

impl Grpc {
    pub(crate) fn new(settings: &Settings) -> Result<Self, StartError> {
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(StartError::thread)?;
        let endpoint = settings.endpoint.clone();
        let wrong = |error: tonic::transport::Error| {
            StartError::of(
                "endpoint",
                &crate::redaction::redacted(&settings.endpoint),
                error.to_string(),
            )
        };
        let channel = Endpoint::from(endpoint)
            .user_agent(USER_AGENT)
            .map_err(wrong)?;
        #[cfg(feature = "tls")]
        let channel = if settings.endpoint.scheme_str() == Some("https") {
            channel.tls_config(tls(&settings.files)?).map_err(wrong)?
        } else {
            channel
        };
        let channel = {
            // The channel spawns its tasks on this runtime.
            let _entered = runtime.enter();
            channel.connect_lazy()
        };
        let client = match settings.compression {
            Compression::Gzip => Client::new(channel).send_compressed(CompressionEncoding::Gzip),
            Compression::None => Client::new(channel),
        };
        Ok(Self {
            runtime,
            client,
            headers: MetadataMap::from_headers(settings.headers.iter().cloned().collect()),
        })
    }

    /// Sends `body`, which is not compressed yet, and waits for the answer for at most `timeout`.
    pub(crate) fn send(&mut self, body: &Bytes, timeout: Duration) -> SendOutcome {
        let mut request = Request::new(body.clone());
        request.set_timeout(timeout);
        for header in self.headers.iter() {
            match header {
                KeyAndValueRef::Ascii(key, value) => {
                    request.metadata_mut().append(key, value.clone());
                }
                KeyAndValueRef::Binary(key, value) => {
                    request.metadata_mut().append_bin(key, value.clone());
                }
            }
        }
        let client = &mut self.client;
        let exchange = async {
            client.ready().await.map_err(|error| {
                let mut status = Status::unavailable("");
                status.set_source(Arc::new(error));
                status
            })?;
            let path = PathAndQuery::from_static(EXPORT);
            client.unary(request, path, Messages).await
        };
        let answered = self
            .runtime
            .block_on(async { time::timeout(timeout, exchange).await });
        match answered {
            Ok(Ok(response)) => SendOutcome::accepted(response.get_ref()),
            Ok(Err(status)) => failed(&status),
            Err(_) => SendOutcome::retry(format!("did not answer within {timeout:?}")),
        }
    }
}

/// Formats an error with its sources, as the message of tonic's errors is only "transport error".
fn chain(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text = format!("{text}: {error}");
        source = error.source();
    }
    text
}

/// Converts `status` to an outcome. The codes that may be retried are those of [OTLP].
///
/// [OTLP]: https://opentelemetry.io/docs/specs/otlp/#failures
fn failed(status: &Status) -> SendOutcome {
    let after = retry_delay(status.details());
    let why = match status.source() {
        Some(error) => format!("cannot be reached: {}", chain(error)),
        None => format!("answered {:?}{}", status.code(), quoted(status.message())),
    };
    match status.code() {
        Code::Cancelled
        | Code::DeadlineExceeded
        | Code::Aborted
        | Code::OutOfRange
        | Code::Unavailable
        | Code::DataLoss => SendOutcome::Retry { why, after },
        // With `RetryInfo`, the collector declares that this is temporary.
        Code::ResourceExhausted if after.is_some() => SendOutcome::Retry { why, after },
        Code::ResourceExhausted => {
            SendOutcome::refused(format!("{why}; reduce `Exporter::max_request_size`"))
        }
        Code::PermissionDenied | Code::Unauthenticated => SendOutcome::refused(format!(
            "{why}; set credentials in OTEL_EXPORTER_OTLP_HEADERS"
        )),
        _ => SendOutcome::Refused { why },
    }
}

/// Returns the pause in the `RetryInfo` of a status, at most [`LONGEST_WAIT`].
fn retry_delay(details: &[u8]) -> Option<Duration> {
    let status = proto::Status::decode(details).ok()?;
    let mut infos = status.details.iter();
    let info = infos.find(|any| any.type_url.ends_with("/google.rpc.RetryInfo"))?;
    let delay = RetryInfo::decode(info.value.clone()).ok()?.retry_delay?;
    let (seconds, nanos) = (u64::try_from(delay.seconds), u32::try_from(delay.nanos));
    let delay = Duration::new(seconds.ok()?, nanos.ok()?.min(999_999_999));
    Some(delay.min(LONGEST_WAIT))
}

#[cfg(feature = "tls")]
fn tls(files: &crate::settings::Files) -> Result<tonic::transport::ClientTlsConfig, StartError> {
    use tonic::transport::{Certificate, ClientTlsConfig, Identity};

    use crate::tls::read;

    let mut config = ClientTlsConfig::new();
    config = match &files.certificate {
        Some(path) => config.ca_certificate(Certificate::from_pem(read(path)?)),
        None => config.with_native_roots(),
    };
    if let (Some(certificate), Some(key)) = (&files.client_certificate, &files.client_key) {
        config = config.identity(Identity::from_pem(read(certificate)?, read(key)?));
    }
    Ok(config)
}

/// Codec that passes encoded requests through and decodes responses.
struct Messages;

impl Codec for Messages {
    type Encode = Bytes;
    type Decode = ExportResponse;
    type Encoder = Self;
    type Decoder = Self;

    fn encoder(&mut self) -> Self {
        Self
    }

    fn decoder(&mut self) -> Self {
        Self
    }
}

impl Encoder for Messages {
    type Item = Bytes;
    type Error = Status;

    fn encode(&mut self, item: Bytes, buffer: &mut EncodeBuf<'_>) -> Result<(), Status> {
        buffer.put(item);
        Ok(())
    }
}

impl Decoder for Messages {
    type Item = ExportResponse;
    type Error = Status;

    fn decode(&mut self, buffer: &mut DecodeBuf<'_>) -> Result<Option<ExportResponse>, Status> {
        let decoded = ExportResponse::decode(buffer);
        decoded
            .map(Some)
            .map_err(|error| Status::internal(error.to_string()))
    }
}

/// Message `google.rpc.RetryInfo`.
#[derive(Clone, PartialEq, Message)]
struct RetryInfo {
    #[prost(message, optional, tag = "1")]
    retry_delay: Option<Delay>,
}

/// Message `google.protobuf.Duration`.
#[derive(Clone, PartialEq, Message)]
struct Delay {
    #[prost(int64, tag = "1")]
    seconds: i64,
    #[prost(int32, tag = "2")]
    nanos: i32,
}
