//! The pager: a webhook that keeps what Alertmanager sends.

use std::{
    collections::BTreeMap,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::{Duration, SystemTime},
};

use serde_json::Value;

/// One alert of one message.
#[derive(Clone, Debug)]
pub struct Notification {
    /// When it came.
    pub at: SystemTime,
    /// Receiver of Alertmanager, such as `payments-page`.
    pub receiver: String,
    /// `firing` or `resolved`.
    pub status: String,
    /// Labels of the alert.
    pub labels: BTreeMap<String, String>,
    /// Annotations of the alert.
    pub annotations: BTreeMap<String, String>,
    /// When the alert began, as RFC 3339 text.
    pub starts_at: String,
}

/// A webhook on a port of its own.
pub struct Pager {
    addr: SocketAddr,
    kept: Arc<Mutex<Vec<Notification>>>,
    /// Ends the thread when it is dropped.
    _open: mpsc::Sender<()>,
}

impl Pager {
    /// Starts to listen.
    ///
    /// # Panics
    ///
    /// When no port is free.
    pub fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).expect("a port is free");
        let addr = listener.local_addr().expect("a listener has an address");
        listener
            .set_nonblocking(true)
            .expect("a listener need not block");
        let kept = Arc::new(Mutex::new(Vec::new()));
        let (open, closed) = mpsc::channel::<()>();
        let keeps = Arc::clone(&kept);
        thread::spawn(move || {
            // An error other than a timeout means that the pager is gone.
            while closed.recv_timeout(Duration::from_millis(20))
                == Err(mpsc::RecvTimeoutError::Timeout)
            {
                while let Ok((connection, _)) = listener.accept() {
                    let keeps = Arc::clone(&keeps);
                    thread::spawn(move || serve(&connection, &keeps));
                }
            }
        });
        Self {
            addr,
            kept,
            _open: open,
        }
    }

    pub(crate) fn url(&self, receiver: &str) -> String {
        format!("http://{}/{receiver}", self.addr)
    }

    /// Returns everything that has come so far.
    pub fn notifications(&self) -> Vec<Notification> {
        let kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.clone()
    }
}

/// Answers requests until the other side closes the connection.
fn serve(connection: &TcpStream, kept: &Mutex<Vec<Notification>>) -> Option<()> {
    connection.set_nonblocking(false).ok()?;
    let mut reader = BufReader::new(connection);
    loop {
        let body = request(&mut reader).ok()??;
        let message: Value = serde_json::from_slice(&body).ok()?;
        let some = notifications(&message);
        kept.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(some);
        let mut out = connection;
        out.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
            .ok()?;
    }
}

/// Reads the body of the next request; `None` at the end of the connection.
fn request(reader: &mut BufReader<&TcpStream>) -> io::Result<Option<Vec<u8>>> {
    let mut length = 0;
    let mut line = String::new();
    loop {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(None);
        }
        let lower = line.trim().to_ascii_lowercase();
        if let Some(value) = lower.strip_prefix("content-length:") {
            length = value.trim().parse().map_err(io::Error::other)?;
        }
        if lower.is_empty() {
            break;
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(Some(body))
}

fn notifications(message: &Value) -> Vec<Notification> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let texts = |value: &Value| -> BTreeMap<String, String> {
        let entries = value.as_object().into_iter().flatten();
        entries
            .map(|(key, value)| (key.clone(), text(value)))
            .collect()
    };
    let alerts = message["alerts"].as_array().into_iter().flatten();
    alerts
        .map(|alert| Notification {
            at: SystemTime::now(),
            receiver: text(&message["receiver"]),
            status: text(&alert["status"]),
            labels: texts(&alert["labels"]),
            annotations: texts(&alert["annotations"]),
            starts_at: text(&alert["startsAt"]),
        })
        .collect()
}
