//! A server that answers requests as the test wants, and keeps them.

use std::{
    io::{self, BufRead, BufReader, Write as _},
    net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream},
    sync::{Arc, Mutex, PoisonError},
    thread,
};

/// A request that has arrived.
#[derive(Clone, Debug)]
pub struct Request {
    /// Request line and headers, one per line, without the empty line at the end.
    pub head: String,
    /// Body, as it was sent.
    pub body: Vec<u8>,
}

impl Request {
    /// Reads one request whose body has a declared length. Returns `None` at the end of the
    /// connection.
    ///
    /// # Errors
    ///
    /// Fails if the connection breaks, or ends within the request.
    pub fn read(reader: &mut impl BufRead) -> io::Result<Option<Self>> {
        let mut head = String::new();
        loop {
            let before = head.len();
            if reader.read_line(&mut head)? == 0 {
                return match before {
                    0 => Ok(None),
                    _ => Err(io::ErrorKind::UnexpectedEof.into()),
                };
            }
            if head[before..].trim().is_empty() {
                break;
            }
        }
        let head = head.trim_end().replace("\r\n", "\n");
        let mut request = Self {
            head,
            body: Vec::new(),
        };
        let length = request.header("content-length").unwrap_or("0");
        let length = length.parse().map_err(io::Error::other)?;
        request.body.resize(length, 0);
        reader.read_exact(&mut request.body)?;
        Ok(Some(request))
    }

    /// Returns the request line, such as `GET /metrics HTTP/1.1`.
    pub fn line(&self) -> &str {
        self.head.lines().next().unwrap_or_default()
    }

    /// Returns the path with its query, as the request line has it.
    pub fn target(&self) -> &str {
        self.line().split(' ').nth(1).unwrap_or_default()
    }

    /// Returns the headers, without blanks around the values.
    pub fn headers(&self) -> impl Iterator<Item = (&str, &str)> {
        let lines = self.head.lines().skip(1);
        lines
            .filter_map(|line| line.split_once(':'))
            .map(|(name, value)| (name, value.trim()))
    }

    /// Returns the value of the first header with this name, in whatever case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers()
            .find(|(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }
}

/// Formats a response, after which the server closes the connection.
///
/// `status` has the code and its reason, and may have further lines with headers.
pub fn response(status: &str, body: &str) -> String {
    let length = body.len();
    format!("HTTP/1.1 {status}\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
}

/// A server on a free port of 127.0.0.1, which answers one request per connection until the test
/// program ends.
pub struct HttpServer {
    addr: SocketAddr,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl HttpServer {
    /// Starts a server that sends the text that `answer` returns, such as a [`response`].
    ///
    /// # Panics
    ///
    /// Panics if no port is free.
    pub fn start(answer: impl Fn(&Request) -> String + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port is free");
        let addr = listener.local_addr().expect("a listener has an address");
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (kept, answer) = (Arc::clone(&requests), Arc::new(answer));
        thread::spawn(move || {
            for stream in listener.incoming().map_while(Result::ok) {
                let (kept, answer) = (Arc::clone(&kept), Arc::clone(&answer));
                thread::spawn(move || serve(&stream, &kept, &*answer));
            }
        });
        Self { addr, requests }
    }

    /// Returns the address after `http://`.
    pub fn addr(&self) -> SocketAddr {
        self.addr
    }

    /// Returns the URL, without a path.
    pub fn url(&self) -> String {
        format!("http://{}", self.addr)
    }

    /// Returns all requests so far.
    pub fn requests(&self) -> Vec<Request> {
        let requests = self.requests.lock();
        requests.unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn serve(
    mut stream: &TcpStream,
    kept: &Mutex<Vec<Request>>,
    answer: &impl Fn(&Request) -> String,
) -> Option<()> {
    let request = Request::read(&mut BufReader::new(stream)).ok()??;
    let answer = answer(&request);
    let mut kept = kept.lock().unwrap_or_else(PoisonError::into_inner);
    kept.push(request);
    drop(kept);
    stream.write_all(answer.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::Request;

    #[test]
    fn reads_requests_one_after_the_other() {
        let mut bytes: &[u8] = b"POST /a?b=1 HTTP/1.1\r\nHost:  x \r\nContent-Length: 2\r\n\r\nok\
                                 GET / HTTP/1.0\r\n\r\n";
        let first = Request::read(&mut bytes).unwrap().unwrap();
        assert_eq!(first.line(), "POST /a?b=1 HTTP/1.1");
        assert_eq!(first.target(), "/a?b=1");
        assert_eq!(first.header("HOST"), Some("x"));
        assert_eq!(first.body, b"ok");
        let second = Request::read(&mut bytes).unwrap().unwrap();
        assert_eq!(second.head, "GET / HTTP/1.0");
        assert!(second.body.is_empty());
        assert!(Request::read(&mut bytes).unwrap().is_none());
    }

    #[test]
    fn fails_at_an_end_within_a_request() {
        for mut bytes in [
            &b"GET / HTTP/1.1\r\n"[..],
            b"P / H\r\ncontent-length: 9\r\n\r\nab",
        ] {
            assert!(Request::read(&mut bytes).is_err());
        }
    }
}
