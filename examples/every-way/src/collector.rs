//! A minimal OTLP Collector, which keeps the requests that arrive.

use std::{
    error::Error,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::mpsc::{self, Receiver},
    thread,
    time::Duration,
};

use flate2::read::GzDecoder;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use prost::Message as _;

/// A server on the loopback interface. It runs until the program ends.
pub(crate) struct Collector {
    addr: SocketAddr,
    requests: Receiver<io::Result<ExportMetricsServiceRequest>>,
}

impl Collector {
    pub(crate) fn start() -> io::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0")?;
        let addr = listener.local_addr()?;
        let (sender, requests) = mpsc::channel();
        thread::spawn(move || {
            for stream in listener.incoming() {
                if sender
                    .send(stream.and_then(|stream| answer(&stream)))
                    .is_err()
                {
                    break;
                }
            }
        });
        Ok(Self { addr, requests })
    }

    pub(crate) fn url(&self) -> String {
        format!("http://{}/v1/metrics", self.addr)
    }

    /// Returns the request that has arrived, after at most a minute. A second request is an error.
    pub(crate) fn request(&self) -> Result<ExportMetricsServiceRequest, Box<dyn Error>> {
        let request = self.requests.recv_timeout(Duration::from_secs(60))??;
        match self.requests.try_recv() {
            Err(_) => Ok(request),
            Ok(_) => Err("a second request arrived, but only one was expected".into()),
        }
    }
}

/// Reads one request, decompresses it, and accepts it.
fn answer(mut stream: &TcpStream) -> io::Result<ExportMetricsServiceRequest> {
    let mut reader = BufReader::new(stream);
    let (mut len, mut is_gzip) = (0, false);
    loop {
        let mut line = String::new();
        reader.read_line(&mut line)?;
        let line = line.trim_end().to_ascii_lowercase();
        match line.split_once(": ") {
            Some(("content-length", value)) => len = value.parse().map_err(io::Error::other)?,
            Some(("content-encoding", value)) => is_gzip = value == "gzip",
            _ if line.is_empty() => break,
            _ => {}
        }
    }
    let mut body = vec![0; len];
    reader.read_exact(&mut body)?;
    if is_gzip {
        let compressed = std::mem::take(&mut body);
        GzDecoder::new(&compressed[..]).read_to_end(&mut body)?;
    }
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")?;
    ExportMetricsServiceRequest::decode(&body[..]).map_err(io::Error::other)
}
