//! Results of methods.

use serde::Serialize;
use serde_json::{Value, json};

use super::revision;
use crate::tools::Tool;

/// Time for which clients may keep the list of tools, which is the same for all of them and as long
/// as the program runs, in milliseconds.
const KEPT_FOR: u32 = 60 * 60 * 1000;

/// Name and version of a program.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Implementation {
    pub(super) name: &'static str,
    pub(super) version: &'static str,
}

/// Fields of every result of the modern era.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Modern<'a> {
    result_type: &'static str,
    #[serde(rename = "_meta")]
    meta: Meta<'a>,
}

#[derive(Serialize)]
struct Meta<'a> {
    #[serde(rename = "io.modelcontextprotocol/serverInfo")]
    server: &'a Implementation,
}

impl<'a> Modern<'a> {
    pub(super) fn new(server: &'a Implementation) -> Self {
        Self {
            result_type: "complete",
            meta: Meta { server },
        }
    }
}

/// Fields of results that clients of the modern era may keep.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Cached {
    ttl_ms: u32,
    cache_scope: &'static str,
}

impl Cached {
    const PUBLIC: Self = Self {
        ttl_ms: KEPT_FOR,
        cache_scope: "public",
    };
}

#[derive(Serialize)]
struct Capabilities {
    tools: NoOptions,
}

#[derive(Serialize)]
struct NoOptions {}

const CAPABILITIES: Capabilities = Capabilities {
    tools: NoOptions {},
};

/// Returns the result of `ping`.
pub(super) fn pong() -> impl Serialize {
    NoOptions {}
}

/// Result of `initialize`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Initialized<'a> {
    protocol_version: &'a str,
    capabilities: Capabilities,
    server_info: &'a Implementation,
    instructions: &'a str,
}

impl<'a> Initialized<'a> {
    pub(super) fn new(
        requested: &'a str,
        server_info: &'a Implementation,
        instructions: &'a str,
    ) -> Self {
        Self {
            protocol_version: revision::negotiated(requested),
            capabilities: CAPABILITIES,
            server_info,
            instructions,
        }
    }
}

/// Result of `server/discover`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Discovered<'a> {
    supported_versions: [&'static str; revision::ALL.len()],
    capabilities: Capabilities,
    instructions: &'a str,
    #[serde(flatten)]
    cached: Cached,
    #[serde(flatten)]
    modern: Modern<'a>,
}

impl<'a> Discovered<'a> {
    pub(super) fn new(instructions: &'a str, modern: Modern<'a>) -> Self {
        Self {
            supported_versions: revision::ALL,
            capabilities: CAPABILITIES,
            instructions,
            cached: Cached::PUBLIC,
            modern,
        }
    }
}

/// Result of `tools/list`.
#[derive(Serialize)]
pub(super) struct Listed<'a> {
    tools: &'a [Value],
    #[serde(flatten)]
    cached: Option<Cached>,
    #[serde(flatten)]
    modern: Option<Modern<'a>>,
}

impl<'a> Listed<'a> {
    pub(super) fn new(tools: &'a [Value], modern: Option<Modern<'a>>) -> Self {
        Self {
            tools,
            cached: modern.as_ref().map(|_| Cached::PUBLIC),
            modern,
        }
    }
}

/// Returns `tool` as `tools/list` has it.
pub(super) fn listed(tool: &Tool) -> Value {
    json!({
        "name": tool.name,
        "description": tool.description,
        "inputSchema": tool.input_schema,
        "outputSchema": tool.output_schema,
        // Without these hints, clients ask before each call.
        "annotations": {
            "readOnlyHint": true,
            "destructiveHint": false,
            "idempotentHint": true,
            "openWorldHint": false,
        },
    })
}

/// Result of `tools/call`.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Called<'a> {
    content: [Content; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    structured_content: Option<Value>,
    is_error: bool,
    #[serde(flatten)]
    modern: Option<Modern<'a>>,
}

#[derive(Serialize)]
struct Content {
    r#type: &'static str,
    text: String,
}

impl<'a> Called<'a> {
    /// Creates the result with the answer of a tool, also as a text for clients and models that
    /// read only texts.
    pub(super) fn answer(answer: Value, modern: Option<Modern<'a>>) -> Self {
        Self {
            content: text(answer.to_string()),
            structured_content: Some(answer),
            is_error: false,
            modern,
        }
    }

    /// Creates the result of a call that failed, for the model that made it.
    pub(super) fn error(error: String, modern: Option<Modern<'a>>) -> Self {
        Self {
            content: text(error),
            structured_content: None,
            is_error: true,
            modern,
        }
    }
}

fn text(text: String) -> [Content; 1] {
    let r#type = "text";
    [Content { r#type, text }]
}
