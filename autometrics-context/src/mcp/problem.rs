//! Errors of the protocol.

use serde::Serialize;
use serde_json::{Value, json};

use super::revision;
use crate::text::quoted;

/// Maximum number of characters of a client's text in a message.
const MOST_QUOTED: usize = 100;

/// Error that answers a message.
#[derive(Debug, Serialize)]
pub(super) struct Problem {
    pub(super) code: i32,
    pub(super) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    data: Option<Value>,
    /// Status of the response, over HTTP.
    #[serde(skip)]
    pub(super) status: u16,
}

impl Problem {
    fn new(status: u16, code: i32, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            data: None,
            status,
        }
    }

    /// The message is not JSON.
    pub(super) fn parse(error: &serde_json::Error) -> Self {
        Self::new(400, -32700, format!("Parse error: {error}"))
    }

    /// The message is JSON, and not a message of the protocol.
    pub(super) fn invalid_request(why: &str) -> Self {
        Self::new(400, -32600, format!("Invalid request: {why}"))
    }

    /// There is no method of this name. `status` depends on the era.
    pub(super) fn method_not_found(status: u16, method: &str) -> Self {
        let method = quoted(method, MOST_QUOTED);
        Self::new(status, -32601, format!("Method not found: {method}"))
    }

    /// The parameters of a method are wrong.
    pub(super) fn invalid_params(why: &str) -> Self {
        Self::new(200, -32602, format!("Invalid params: {why}"))
    }

    /// A request of the modern era lacks what each of them has.
    pub(super) fn malformed_meta(why: &str) -> Self {
        Self {
            status: 400,
            ..Self::invalid_params(why)
        }
    }

    /// There is no tool of this name.
    pub(super) fn unknown_tool(name: &str) -> Self {
        let name = quoted(name, MOST_QUOTED);
        Self::new(200, -32602, format!("Unknown tool: {name}"))
    }

    /// A header differs from the message.
    pub(super) fn header_mismatch(header: &str, found: Option<&str>, expected: &str) -> Self {
        let expected = quoted(expected, MOST_QUOTED);
        let message = match found {
            None => format!("Header mismatch: {header} is missing; the body has '{expected}'"),
            Some(found) => {
                let found = quoted(found, MOST_QUOTED);
                format!(
                    "Header mismatch: {header} header value '{found}' does not match body value '{expected}'"
                )
            }
        };
        Self::new(400, -32020, message)
    }

    /// The server does not speak the revision.
    pub(super) fn unsupported_revision(requested: &str) -> Self {
        let requested = quoted(requested, MOST_QUOTED);
        let data = json!({"supported": revision::ALL, "requested": requested});
        Self {
            data: Some(data),
            ..Self::new(400, -32022, "Unsupported protocol version")
        }
    }
}
