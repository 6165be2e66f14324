//! Answers to messages, encoded.

use serde::Serialize;
use serde_json::Value;

use super::problem::Problem;

/// Answer to a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// Answer in JSON, without line breaks; `None` if the message gets no answer.
    pub body: Option<Vec<u8>>,
    /// Status of the response, over HTTP.
    pub status: u16,
}

#[derive(Serialize)]
struct Success<'a, T> {
    jsonrpc: &'static str,
    id: &'a Value,
    result: T,
}

#[derive(Serialize)]
struct Failure<'a> {
    jsonrpc: &'static str,
    // `null` is refused by clients that validate messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a Value>,
    error: &'a Problem,
}

impl Reply {
    /// Returns the reply to a message that gets no answer.
    pub(super) fn accepted() -> Self {
        Self {
            body: None,
            status: 202,
        }
    }

    /// Encodes the result of the request `id`.
    pub(super) fn success(id: &Value, result: impl Serialize) -> Self {
        let jsonrpc = "2.0";
        Self::encoded(
            200,
            &Success {
                jsonrpc,
                id,
                result,
            },
        )
    }

    /// Encodes the error of a message.
    pub(super) fn failure(id: Option<&Value>, error: &Problem) -> Self {
        let jsonrpc = "2.0";
        Self::encoded(error.status, &Failure { jsonrpc, id, error })
    }

    fn encoded(status: u16, message: &impl Serialize) -> Self {
        // Serialization fails only for maps whose keys are not strings, and there are none.
        let body = serde_json::to_vec(message).ok();
        Self { body, status }
    }
}
