//! Tests the gRPC transport against the server of `opentelemetry-proto`.

use std::{
    collections::HashSet,
    net::SocketAddr,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use autometrics_core::{Caller, Function, Outcome, Snapshot};
use autometrics_otlp::{Compression, Exporter, Protocol, Temporality};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsPartialSuccess as Partial, ExportMetricsServiceRequest as Export,
    ExportMetricsServiceResponse as Response,
    metrics_service_server::{MetricsService, MetricsServiceServer},
};
use prost::Message;
use tokio::{net::TcpListener, runtime};
use tonic::{
    Code, Request, Status,
    codec::CompressionEncoding::Gzip,
    metadata::MetadataMap,
    transport::server::{Router, TcpIncoming},
};

use crate::{page, program::shop, requests::PATIENCE};

/// Answers for the first requests, in order. Later requests are accepted.
type Answers = Vec<Result<Response, Status>>;

#[derive(Clone, Default)]
struct Server {
    answers: Arc<Mutex<Answers>>,
    received: Arc<Mutex<Vec<(MetadataMap, Export)>>>,
}

#[tonic::async_trait]
impl MetricsService for Server {
    async fn export(&self, request: Request<Export>) -> Result<tonic::Response<Response>, Status> {
        let mut answers = self.answers.lock().unwrap();
        let answer = if answers.is_empty() {
            Ok(Response::default())
        } else {
            answers.remove(0)
        };
        let (metadata, _, export) = request.into_parts();
        self.received.lock().unwrap().push((metadata, export));
        answer.map(tonic::Response::new)
    }
}

impl Server {
    fn start(answers: Answers) -> (Self, SocketAddr) {
        let server = Self::default();
        *server.answers.lock().unwrap() = answers;
        let (tell, told) = std::sync::mpsc::channel();
        let service = MetricsServiceServer::new(server.clone()).accept_compressed(Gzip);
        thread::spawn(move || {
            let runtime = runtime::Builder::new_current_thread().enable_all().build();
            runtime.unwrap().block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                let router: Router = tonic::transport::Server::builder().add_service(service);
                router
                    .serve_with_incoming(TcpIncoming::from(listener))
                    .await
                    .unwrap();
            });
        });
        (server, told.recv().unwrap())
    }

    fn exports(&self) -> Vec<Export> {
        let received = self.received.lock().unwrap();
        received.iter().map(|(_, export)| export.clone()).collect()
    }
}

fn exporter(addr: SocketAddr) -> Exporter {
    Exporter::new()
        .snapshot_source(shop)
        .protocol(Protocol::Grpc)
        .endpoint(format!("http://{addr}"))
        .interval(Duration::from_secs(3600))
}

#[test]
fn grpc_sends_the_same_metrics_as_http() {
    let (server, addr) = Server::start(Vec::new());
    let exporter = exporter(addr).header("authorization", "Bearer secret");
    let running = exporter.start().unwrap();
    running.flush(PATIENCE).unwrap();
    running.shutdown(PATIENCE).unwrap();
    let (metadata, export) = server.received.lock().unwrap().remove(0);
    assert_eq!(metadata.get("authorization").unwrap(), "Bearer secret");
    assert_eq!(metadata.get("grpc-encoding").unwrap(), "gzip");
    assert_eq!(page::lines(&export).len(), 31);
}

#[test]
fn compression_can_be_turned_off() {
    let (server, addr) = Server::start(Vec::new());
    let running = exporter(addr)
        .compression(Compression::None)
        .start()
        .unwrap();
    running.shutdown(PATIENCE).unwrap();
    let (metadata, _) = server.received.lock().unwrap().remove(0);
    assert!(metadata.get("grpc-encoding").is_none());
}

/// Returns a `google.rpc.Status` with a `RetryInfo` of zero seconds.
fn retry_info() -> Vec<u8> {
    #[derive(Clone, PartialEq, Message)]
    struct Any {
        #[prost(string, tag = "1")]
        type_url: String,
        #[prost(bytes = "vec", tag = "2")]
        value: Vec<u8>,
    }
    #[derive(Clone, PartialEq, Message)]
    struct Details {
        #[prost(message, repeated, tag = "3")]
        details: Vec<Any>,
    }
    let any = Any {
        type_url: "type.googleapis.com/google.rpc.RetryInfo".to_owned(),
        // Field 1, an empty duration.
        value: vec![0x0a, 0x00],
    };
    Details { details: vec![any] }.encode_to_vec()
}

#[test]
fn temporary_errors_are_retried() {
    let exhausted = Status::with_details(Code::ResourceExhausted, "later", retry_info().into());
    let answers = vec![Err(Status::unavailable("restarting")), Err(exhausted)];
    let (server, addr) = Server::start(answers);
    let running = exporter(addr)
        .interval(Duration::from_secs(2))
        .start()
        .unwrap();
    running.flush(PATIENCE).unwrap();
    let exports = server.exports();
    assert!(exports.len() >= 3);
    assert_eq!(exports[0], exports[1]);
    running.shutdown(PATIENCE).unwrap();
}

#[test]
fn permanent_errors_are_returned_without_retry() {
    let partial = Response {
        partial_success: Some(Partial {
            rejected_data_points: 3,
            error_message: String::new(),
        }),
    };
    let answers = vec![
        Err(Status::resource_exhausted("larger than max")),
        Err(Status::invalid_argument("what is that?")),
        Ok(partial),
    ];
    let (server, addr) = Server::start(answers);
    let running = exporter(addr).start().unwrap();
    let said = |error: autometrics_otlp::ExportError| error.to_string();
    let endpoint = format!("http://{addr}");
    assert_eq!(
        running.flush(PATIENCE).map_err(said),
        Err(format!(
            "{endpoint} answered ResourceExhausted \"larger than max\"; \
             reduce `Exporter::max_request_size`"
        ))
    );
    assert_eq!(
        running.flush(PATIENCE).map_err(said),
        Err(format!(
            "{endpoint} answered InvalidArgument \"what is that?\""
        ))
    );
    running.flush(PATIENCE).unwrap();
    assert_eq!(server.exports().len(), 3);
    running.shutdown(PATIENCE).unwrap();
}

/// Returns a program with 50,000 caller–callee pairs, each with a series of calls and one of
/// panics.
fn large() -> Snapshot {
    let mut snapshot = Snapshot::new("shop");
    for at in 0..500 {
        let function = Function::new("shop::some::module", format!("function_{at:03}"));
        snapshot.functions.push(function);
        for caller in 0..100 {
            for outcome in [Outcome::Ok, Outcome::PANIC] {
                let caller = Caller::Function((at + caller) % 500);
                let calls = crate::program::edge(at, caller, outcome, &[3], 0.5);
                snapshot.edges.push(calls);
            }
        }
    }
    snapshot
}

#[test]
fn hundred_thousand_series_fit_through_a_4_mib_limit() {
    for compression in [Compression::Gzip, Compression::None] {
        let (server, addr) = Server::start(Vec::new());
        let running = Exporter::new()
            .snapshot_source(large)
            .protocol(Protocol::Grpc)
            .endpoint(format!("http://{addr}"))
            .compression(compression)
            .interval(Duration::from_secs(3600))
            .export_timeout(PATIENCE * 6)
            .start()
            .unwrap();
        running.shutdown(PATIENCE * 6).unwrap();
        let exports = server.exports();
        let size: usize = exports.iter().map(Message::encoded_len).sum();
        assert!(size > 4 * 4 * 1024 * 1024, "{size} bytes");
        assert!(exports.iter().all(|one| one.encoded_len() <= 3_670_016));
        let mut series = HashSet::new();
        for export in &exports {
            for point in page::numbers(export, "function.calls") {
                assert_eq!(page::integer(point), 3);
                assert!(series.insert(page::labels(&point.attributes)));
            }
        }
        assert_eq!(series.len(), 100_000);
    }
}

/// The server refuses every third request.
#[test]
fn refused_deltas_are_in_the_next_export() {
    let refusals = (0..99).map(|at| match at % 3 {
        1 => Err(Status::invalid_argument("what is that?")),
        _ => Ok(Response::default()),
    });
    let (server, addr) = Server::start(refusals.collect());
    let running = exporter(addr)
        .temporality(Temporality::Delta)
        .max_request_size(1_000)
        .start()
        .unwrap();
    running.flush(PATIENCE).unwrap_err();
    let refused: Vec<Export> = {
        let exports = server.exports();
        let refused = exports.iter().enumerate().filter(|(at, _)| at % 3 == 1);
        refused.map(|(_, export)| export.clone()).collect()
    };
    let before = server.exports().len();
    assert!(before > 4 && before < 99, "{before}");
    server.answers.lock().unwrap().clear();
    running.shutdown(PATIENCE).unwrap();
    let delta = |export: &Export| {
        let names = ["function.calls", "function.objective.calls"];
        let points = names.map(|name| page::numbers(export, name).to_vec());
        let points = points.concat().into_iter();
        points
            .map(|point| {
                (
                    format!("{:?}", page::labels(&point.attributes)),
                    page::integer(&point),
                )
            })
            .collect::<Vec<_>>()
    };
    let mut missing: Vec<_> = refused.iter().flat_map(delta).collect();
    let mut sent: Vec<_> = server.exports()[before..].iter().flat_map(delta).collect();
    missing.sort();
    sent.sort();
    assert!(!missing.is_empty());
    assert_eq!(sent, missing);
}

#[test]
fn refused_connection_is_reported() {
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let addr = free.local_addr().unwrap();
    drop(free);
    let running = exporter(addr).start().unwrap();
    let error = running
        .flush(Duration::from_secs(1))
        .unwrap_err()
        .to_string();
    let begin = format!("http://{addr} cannot be reached: ");
    assert!(
        error.contains(&begin) && error.contains("Connection refused"),
        "{error}"
    );
}

#[test]
fn starts_and_ends_inside_another_runtime() {
    let (_server, addr) = Server::start(Vec::new());
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    runtime.unwrap().block_on(async {
        let running = exporter(addr).start().unwrap();
        running.shutdown(PATIENCE).unwrap();
    });
}
