//! The pager: a webhook that keeps the notifications of Alertmanager.

use std::{
    collections::BTreeMap,
    io::{self, BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError, mpsc},
    thread,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use serde_json::Value;

/// A notification to a receiver.
#[derive(Clone, Debug)]
pub struct Notification {
    /// Time of arrival.
    pub at: SystemTime,
    /// Name of the receiver in Alertmanager, such as `payments-page`.
    pub receiver: String,
    /// `firing` while at least one alert of the group is firing, else `resolved`.
    pub status: String,
    /// Alerts of the group.
    pub alerts: Vec<Alert>,
}

/// An alert in a notification.
#[derive(Clone, Debug)]
pub struct Alert {
    /// `firing` or `resolved`.
    pub status: String,
    /// Labels of the alert, with `alertname`.
    pub labels: BTreeMap<String, String>,
    /// Annotations, with templates filled in.
    pub annotations: BTreeMap<String, String>,
    /// Time at which the alert began to fire.
    pub starts_at: SystemTime,
}

/// A webhook on a port of its own.
pub struct Pager {
    addr: SocketAddr,
    kept: Arc<Mutex<Vec<Notification>>>,
    /// Ends the listener's thread when it is dropped.
    _open: mpsc::Sender<()>,
}

impl Pager {
    /// Starts to listen on a free port.
    ///
    /// # Panics
    ///
    /// Panics if no port is free.
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
            // An error other than a timeout means that the pager was dropped.
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

    /// Returns all notifications so far.
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
        kept.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(notification(&message));
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

fn notification(message: &Value) -> Notification {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let texts = |value: &Value| -> BTreeMap<String, String> {
        let entries = value.as_object().into_iter().flatten();
        entries
            .map(|(key, value)| (key.clone(), text(value)))
            .collect()
    };
    let alerts = message["alerts"].as_array().into_iter().flatten();
    Notification {
        at: SystemTime::now(),
        receiver: text(&message["receiver"]),
        status: text(&message["status"]),
        alerts: alerts
            .map(|alert| Alert {
                status: text(&alert["status"]),
                labels: texts(&alert["labels"]),
                annotations: texts(&alert["annotations"]),
                starts_at: moment(alert["startsAt"].as_str().unwrap_or_default())
                    .unwrap_or(UNIX_EPOCH),
            })
            .collect(),
    }
}

/// Parses a time such as `2026-11-29T15:39:49.028Z`.
fn moment(text: &str) -> Option<SystemTime> {
    let (date, time) = text.strip_suffix('Z')?.split_once('T')?;
    let mut date = date.split('-').map(str::parse::<u64>);
    let mut date = || date.next()?.ok();
    let (year, month, day) = (date()?, date()?, date()?);
    let mut time = time.split(':').map(str::parse::<f64>);
    let mut time = || time.next()?.ok();
    let seconds = time()? * 3600.0 + time()? * 60.0 + time()?;
    // Years begin in March here, so that a leap day is the last day of a year.
    let (year, month) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = year * 365 + year / 4 - year / 100 + year / 400 + (month * 153 + 2) / 5 + day - 1;
    let days = days.checked_sub(719_468)?;
    Some(UNIX_EPOCH + Duration::from_secs(days * 86_400) + Duration::from_secs_f64(seconds))
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, UNIX_EPOCH};

    use super::moment;

    #[test]
    fn parses_times() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2000-02-29T00:00:01Z", 951_782_401),
            ("2026-11-29T15:39:49Z", 1_795_966_789),
        ] {
            assert_eq!(
                moment(text),
                Some(UNIX_EPOCH + Duration::from_secs(seconds))
            );
        }
        let moment = moment("2026-11-29T15:39:49.5Z").unwrap();
        assert_eq!(
            moment,
            UNIX_EPOCH + Duration::from_millis(1_795_966_789_500)
        );
    }
}
