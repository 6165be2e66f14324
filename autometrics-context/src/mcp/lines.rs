//! Transport over lines: standard input and output of a process.

use std::io::{self, BufRead, ErrorKind, Write};

use serde_json::Value;

use super::{problem::Problem, reply::Reply, server::Server};
use crate::tools::CallError;

/// Maximum length of a message, in bytes.
const MOST: usize = 1024 * 1024;

/// Answers the messages of `input`, one per line, with lines in `output`. Calls of tools are
/// answered by `call`.
///
/// Returns at the end of the input, or when nobody reads the output any more. A line of more than 1
/// MiB is skipped and answered with an error.
///
/// ```
/// use autometrics_context::mcp::{Server, ServerInfo, serve_lines};
/// use serde_json::json;
///
/// let server = Server::new(ServerInfo {
///     name: "shop",
///     version: "1.0.0",
///     instructions: "",
///     tools: Vec::new(),
/// });
/// let input = b"{\"jsonrpc\": \"2.0\", \"id\": 1, \"method\": \"ping\"}\n";
/// let mut output = Vec::new();
/// serve_lines(&server, &input[..], &mut output, |_name, _arguments| Ok(json!({})))?;
/// assert_eq!(output, b"{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}\n");
/// # Ok::<(), std::io::Error>(())
/// ```
///
/// # Errors
///
/// Returns an error if the input cannot be read or the output cannot be written.
pub fn serve_lines(
    server: &Server,
    mut input: impl BufRead,
    mut output: impl Write,
    mut call: impl FnMut(&str, &Value) -> Result<Value, CallError>,
) -> io::Result<()> {
    let mut line = Vec::new();
    loop {
        line.clear();
        let reply = match read_line(&mut input, &mut line)? {
            Line::End => return Ok(()),
            Line::TooLong => {
                let why = format!("a message has at most {MOST} bytes");
                Reply::failure(None, &Problem::invalid_request(&why))
            }
            Line::Complete if line.trim_ascii().is_empty() => continue,
            Line::Complete => server.handle(&line, &mut call),
        };
        if let Some(mut body) = reply.body {
            body.push(b'\n');
            let written = output.write_all(&body).and_then(|()| output.flush());
            match written {
                Err(error) if error.kind() == ErrorKind::BrokenPipe => return Ok(()),
                written => written?,
            }
        }
    }
}

enum Line {
    Complete,
    TooLong,
    End,
}

/// Reads the next line to `line`, which is empty. At the end of the input, a line may lack its line
/// break.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<Line> {
    let mut is_too_long = false;
    loop {
        let bytes = match input.fill_buf() {
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            bytes => bytes?,
        };
        let end = bytes.iter().position(|byte| *byte == b'\n');
        let is_over = bytes.is_empty() || end.is_some();
        let part = &bytes[..end.unwrap_or(bytes.len())];
        is_too_long |= line.len() + part.len() > MOST;
        let taken = part.len() + usize::from(end.is_some());
        if !is_too_long {
            line.extend_from_slice(part);
        }
        input.consume(taken);
        match (is_over, is_too_long) {
            (false, _) => {}
            (true, true) => return Ok(Line::TooLong),
            (true, false) if end.is_none() && line.is_empty() => return Ok(Line::End),
            (true, false) => return Ok(Line::Complete),
        }
    }
}
