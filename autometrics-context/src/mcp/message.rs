//! Reads a message of JSON-RPC 2.0.

use serde_json::{Map, Value};

use super::problem::Problem;

/// Message of a client.
#[derive(Debug)]
pub(super) enum Message {
    /// Request, which gets an answer.
    Request(Request),
    /// Notification, which never gets one.
    Notification,
    /// Response to a request of the server, which sends none.
    Response,
}

/// Request of a client.
#[derive(Debug)]
pub(super) struct Request {
    /// A text or an integer.
    pub(super) id: Value,
    pub(super) method: String,
    pub(super) params: Map<String, Value>,
}

/// Message that cannot be handled, with its id if it has a valid one.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) id: Option<Value>,
    pub(super) problem: Problem,
}

impl Refused {
    fn invalid(id: Option<Value>, why: &str) -> Self {
        let problem = Problem::invalid_request(why);
        Self { id, problem }
    }
}

/// Reads the message in `bytes`.
pub(super) fn parse(bytes: &[u8]) -> Result<Message, Refused> {
    // Some clients on Windows begin with a byte order mark.
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    // The parser limits the depth of nesting, and so the stack.
    let value: Value = serde_json::from_slice(bytes).map_err(|error| Refused {
        id: None,
        problem: Problem::parse(&error),
    })?;
    let mut message = match value {
        Value::Object(message) => message,
        Value::Array(_) => {
            let why = "batches are not supported; send each message on its own";
            return Err(Refused::invalid(None, why));
        }
        _ => return Err(Refused::invalid(None, "a message is an object")),
    };
    let is_request = message.contains_key("id");
    let id = message.remove("id").filter(is_id);
    if message.get("jsonrpc").and_then(Value::as_str) != Some("2.0") {
        return Err(Refused::invalid(id, "`jsonrpc` must be \"2.0\""));
    }
    let method = match message.remove("method") {
        Some(Value::String(method)) => method,
        None if message.contains_key("result") || message.contains_key("error") => {
            return Ok(Message::Response);
        }
        _ => return Err(Refused::invalid(id, "`method` must be a string")),
    };
    if !is_request {
        return Ok(Message::Notification);
    }
    let Some(id) = id else {
        let why = "`id` must be a string or an integer";
        return Err(Refused::invalid(None, why));
    };
    let params = match message.remove("params") {
        None | Some(Value::Null) => Map::new(),
        Some(Value::Object(params)) => params,
        Some(_) => {
            return Err(Refused {
                id: Some(id),
                problem: Problem::invalid_params("`params` must be an object"),
            });
        }
    };
    Ok(Message::Request(Request { id, method, params }))
}

fn is_id(id: &Value) -> bool {
    id.is_string() || id.is_i64() || id.is_u64()
}
