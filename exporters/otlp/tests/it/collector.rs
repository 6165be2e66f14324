//! A collector that accepts metrics over HTTP, and misbehaves on demand.

use std::{
    collections::BTreeMap,
    fmt,
    io::{BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use flate2::read::GzDecoder;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest as Export;
use prost::Message as _;
use test_harness::Request;

/// Behaviour towards requests.
#[derive(Clone, Debug)]
pub(crate) enum Behaviour {
    Accept,
    /// Accepts after this pause.
    Slow(Duration),
    /// Answers with this status and these headers, without a body.
    Status(u16, &'static str),
    /// Answers 200 with this body.
    Body(Vec<u8>),
    /// Answers with the status that the judge returns for the request.
    Judge(Judge),
    /// Closes the connection.
    Close,
    /// Answers with bytes that are not HTTP.
    Garbage,
    /// Accepts connections and never answers.
    Silent,
}

/// Chooses the status for a request by its content.
#[derive(Clone)]
pub(crate) struct Judge(pub(crate) Arc<dyn Fn(&Export) -> u16 + Send + Sync>);

impl fmt::Debug for Judge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Judge")
    }
}

/// A request that arrived, and `true` in `accepted` if it was accepted.
#[derive(Clone, Debug)]
pub(crate) struct Received {
    pub(crate) line: String,
    pub(crate) headers: BTreeMap<String, String>,
    pub(crate) export: Export,
    pub(crate) accepted: bool,
}

pub(crate) struct Collector {
    addr: SocketAddr,
    shared: Arc<Shared>,
    thread: JoinHandle<()>,
}

struct Shared {
    behaviour: Mutex<Behaviour>,
    received: Mutex<Vec<Received>>,
    changed: Condvar,
    ends: AtomicBool,
}

impl Collector {
    pub(crate) fn new(behaviour: Behaviour) -> Self {
        Self::at("127.0.0.1:0".parse().unwrap(), behaviour)
    }

    /// Listens on `addr`, which an earlier collector may have used.
    pub(crate) fn at(addr: SocketAddr, behaviour: Behaviour) -> Self {
        let listener = TcpListener::bind(addr).expect("a free port");
        let addr = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            behaviour: Mutex::new(behaviour),
            received: Mutex::default(),
            changed: Condvar::new(),
            ends: AtomicBool::new(false),
        });
        let its = Arc::clone(&shared);
        let thread = thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                if its.ends.load(Ordering::Relaxed) {
                    return;
                }
                let its = Arc::clone(&its);
                thread::spawn(move || its.serve(&stream));
            }
        });
        Self {
            addr,
            shared,
            thread,
        }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    pub(crate) fn behave(&self, behaviour: Behaviour) {
        *self.shared.behaviour.lock().unwrap() = behaviour;
    }

    /// Waits until `count` requests have arrived, at most 30 s, and returns all of them.
    pub(crate) fn requests(&self, count: usize) -> Vec<Received> {
        self.wait(|all| all.len() >= count)
    }

    /// Waits until `is_enough` is true of the requests that arrived, at most 30 s, and returns
    /// them.
    pub(crate) fn wait(&self, is_enough: impl Fn(&[Received]) -> bool) -> Vec<Received> {
        let limit = Instant::now() + Duration::from_secs(30);
        let mut received = self.shared.received.lock().unwrap();
        while !is_enough(&received) {
            let left = limit.saturating_duration_since(Instant::now());
            assert!(!left.is_zero(), "{} requests in 30 s", received.len());
            received = self.shared.changed.wait_timeout(received, left).unwrap().0;
        }
        received.clone()
    }

    pub(crate) fn accepted(&self) -> Vec<Export> {
        let received = self.shared.received.lock().unwrap();
        let accepted = received.iter().filter(|one| one.accepted);
        accepted.map(|one| one.export.clone()).collect()
    }

    /// Stops listening, so that another collector can use the address.
    pub(crate) fn leave(self) -> SocketAddr {
        self.behave(Behaviour::Close);
        self.shared.ends.store(true, Ordering::Relaxed);
        let _ = TcpStream::connect(self.addr);
        self.thread.join().unwrap();
        self.addr
    }
}

impl Shared {
    fn serve(&self, stream: &TcpStream) {
        let mut reader = BufReader::new(stream);
        while let Some(received) = read(&mut reader) {
            let mut behaviour = self.behaviour.lock().unwrap().clone();
            if let Behaviour::Judge(Judge(judge)) = &behaviour {
                behaviour = match judge(&received.export) {
                    200 => Behaviour::Accept,
                    status => Behaviour::Status(status, ""),
                };
            }
            let accepts = matches!(
                behaviour,
                Behaviour::Accept | Behaviour::Slow(_) | Behaviour::Body(_)
            );
            self.received.lock().unwrap().push(Received {
                accepted: accepts,
                ..received
            });
            self.changed.notify_all();
            if !answer(stream, behaviour) {
                return;
            }
        }
    }
}

/// Reads one request. Returns `None` if the connection is closed.
fn read(reader: &mut BufReader<&TcpStream>) -> Option<Received> {
    let Request { head, mut body } = Request::read(reader).ok()??;
    let (line, headers) = head.split_once('\n').unwrap_or((&head, ""));
    let headers = headers.lines().filter_map(|line| line.split_once(": "));
    let headers: BTreeMap<_, _> = headers
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    if headers
        .get("content-encoding")
        .is_some_and(|coding| coding == "gzip")
    {
        let mut plain = Vec::new();
        GzDecoder::new(&*body)
            .read_to_end(&mut plain)
            .expect("gzip");
        body = plain;
    }
    Some(Received {
        line: line.to_owned(),
        headers,
        export: Export::decode(&*body).expect("a request of OTLP"),
        accepted: false,
    })
}

/// Answers a request. Returns `true` if the connection stays open.
fn answer(mut stream: &TcpStream, behaviour: Behaviour) -> bool {
    let mut write = |bytes: &[u8]| stream.write_all(bytes).is_ok();
    let ok = |body: &[u8]| {
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: {}\r\n\r\n",
            body.len()
        );
        [head.as_bytes(), body].concat()
    };
    match behaviour {
        Behaviour::Accept => write(&ok(&[])),
        Behaviour::Slow(time) => {
            thread::sleep(time);
            write(&ok(&[]))
        }
        Behaviour::Status(status, headers) => {
            write(format!("HTTP/1.1 {status} No\r\ncontent-length: 0\r\n{headers}\r\n").as_bytes())
        }
        Behaviour::Body(body) => write(&ok(&body)),
        // A judge's verdict has already replaced this behaviour.
        Behaviour::Judge(_) | Behaviour::Close => false,
        Behaviour::Garbage => {
            write(&[0x16, 0x03, 0x00, 0xff, 0xfe, b'\n', b'\n']);
            false
        }
        Behaviour::Silent => {
            thread::sleep(Duration::from_secs(60));
            false
        }
    }
}
