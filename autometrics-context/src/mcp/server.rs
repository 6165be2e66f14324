//! Answers messages, without a transport.

use std::fmt;

use serde_json::{Map, Value};

use super::{
    headers::Headers,
    message::{self, Message, Request},
    problem::Problem,
    reply::Reply,
    results::{self, Called, Discovered, Implementation, Initialized, Listed, Modern},
    revision,
};
use crate::tools::{CallError, Tool};

/// Keys of `_meta` in each request of the modern era.
const REVISION: &str = "io.modelcontextprotocol/protocolVersion";
const CLIENT_CAPABILITIES: &str = "io.modelcontextprotocol/clientCapabilities";

/// Answers a call of a tool, by its name and arguments.
type Call<'a> = dyn FnMut(&str, &Value) -> Result<Value, CallError> + 'a;

/// Description of a server, as clients see it.
#[derive(Clone, Debug)]
pub struct ServerInfo {
    /// Name of the program.
    pub name: &'static str,
    /// Version of the program.
    pub version: &'static str,
    /// Instructions for the model that calls the tools.
    pub instructions: &'static str,
    /// Tools that can be called.
    pub tools: Vec<Tool>,
}

/// Server of tools, without a transport and without state.
///
/// ```
/// use autometrics_context::mcp::{Server, ServerInfo};
/// use serde_json::json;
///
/// let server = Server::new(ServerInfo {
///     name: "shop",
///     version: "1.0.0",
///     instructions: "Answers questions about the shop.",
///     tools: Vec::new(),
/// });
/// let ping = br#"{"jsonrpc": "2.0", "id": 1, "method": "ping"}"#;
/// let reply = server.handle(ping, &mut |_name, _arguments| Ok(json!({})));
/// assert_eq!(reply.body.unwrap(), br#"{"jsonrpc":"2.0","id":1,"result":{}}"#);
/// ```
pub struct Server {
    implementation: Implementation,
    instructions: &'static str,
    /// Tools as clients see them.
    tools: Vec<Value>,
}

impl Server {
    /// Creates a server.
    pub fn new(info: ServerInfo) -> Self {
        let ServerInfo {
            name,
            version,
            instructions,
            tools,
        } = info;
        Self {
            implementation: Implementation { name, version },
            instructions,
            tools: tools.iter().map(results::listed).collect(),
        }
    }

    /// Returns the reply to `message`. Calls of tools are answered by `call`.
    ///
    /// The transport limits the length of a message.
    pub fn handle(&self, message: &[u8], call: &mut Call<'_>) -> Reply {
        self.reply(message, None, call)
    }

    /// Returns the reply to `message`, which has these `headers`. Calls of tools are answered by
    /// `call`.
    pub fn handle_http(&self, message: &[u8], headers: &Headers, call: &mut Call<'_>) -> Reply {
        self.reply(message, Some(headers), call)
    }

    fn reply(&self, message: &[u8], headers: Option<&Headers>, call: &mut Call<'_>) -> Reply {
        let revision = headers.and_then(|headers| headers.protocol_version.as_deref());
        let request = match message::parse(message) {
            Ok(Message::Request(request)) => request,
            Ok(Message::Response) if revision == Some(revision::MODERN) => {
                let problem = Problem::invalid_request("the server has sent no request");
                return Reply::failure(None, &problem);
            }
            Ok(Message::Notification | Message::Response) => return Reply::accepted(),
            Err(refused) => return Reply::failure(refused.id.as_ref(), &refused.problem),
        };
        let answered = match Era::of(&request, headers) {
            Era::Legacy => self.legacy(&request, call),
            Era::Modern => self.modern(&request, headers, call),
            Era::Unknown(revision) => Err(Problem::unsupported_revision(revision)),
        };
        answered.unwrap_or_else(|problem| Reply::failure(Some(&request.id), &problem))
    }

    fn legacy(&self, request: &Request, call: &mut Call<'_>) -> Result<Reply, Problem> {
        let Request { id, method, params } = request;
        Ok(match &**method {
            "initialize" => {
                let requested = params.get("protocolVersion").and_then(Value::as_str);
                let requested = requested
                    .ok_or_else(|| Problem::invalid_params("`protocolVersion` must be a string"))?;
                let result = Initialized::new(requested, &self.implementation, self.instructions);
                Reply::success(id, result)
            }
            "ping" => Reply::success(id, results::pong()),
            "tools/list" => self.list(id, params, None)?,
            "tools/call" => Self::call(id, params, None, call)?,
            method => return Err(Problem::method_not_found(200, method)),
        })
    }

    fn modern(
        &self,
        request: &Request,
        headers: Option<&Headers>,
        call: &mut Call<'_>,
    ) -> Result<Reply, Problem> {
        let Request { id, method, params } = request;
        let revision = checked_meta(params)?;
        if let Some(headers) = headers {
            headers.check(revision, method, params)?;
        }
        if revision != revision::MODERN {
            return Err(Problem::unsupported_revision(revision));
        }
        let modern = Modern::new(&self.implementation);
        Ok(match &**method {
            "server/discover" => Reply::success(id, Discovered::new(self.instructions, modern)),
            "tools/list" => self.list(id, params, Some(modern))?,
            "tools/call" => Self::call(id, params, Some(modern), call)?,
            method => return Err(Problem::method_not_found(404, method)),
        })
    }

    fn list(
        &self,
        id: &Value,
        params: &Map<String, Value>,
        modern: Option<Modern<'_>>,
    ) -> Result<Reply, Problem> {
        if params.get("cursor").is_some_and(|cursor| !cursor.is_null()) {
            let why = "unknown `cursor`; the list has one page";
            return Err(Problem::invalid_params(why));
        }
        Ok(Reply::success(id, Listed::new(&self.tools, modern)))
    }

    fn call(
        id: &Value,
        params: &Map<String, Value>,
        modern: Option<Modern<'_>>,
        call: &mut Call<'_>,
    ) -> Result<Reply, Problem> {
        let name = params.get("name").and_then(Value::as_str);
        let name = name.ok_or_else(|| Problem::invalid_params("`name` must be a string"))?;
        let none = Value::Object(Map::new());
        let arguments = match params.get("arguments") {
            None | Some(Value::Null) => &none,
            Some(arguments @ Value::Object(_)) => arguments,
            Some(_) => return Err(Problem::invalid_params("`arguments` must be an object")),
        };
        let result = match call(name, arguments) {
            Ok(answer) => Called::answer(answer, modern),
            Err(CallError::Failed(error)) => Called::error(error, modern),
            Err(CallError::UnknownTool) => return Err(Problem::unknown_tool(name)),
        };
        Ok(Reply::success(id, result))
    }
}

/// Era of a request.
enum Era<'a> {
    Legacy,
    Modern,
    /// The headers have this revision, which is neither, and the message has none.
    Unknown(&'a str),
}

impl<'a> Era<'a> {
    fn of(request: &Request, headers: Option<&'a Headers>) -> Self {
        let meta = request.params.get("_meta");
        let has_revision = meta.is_some_and(|meta| meta.get(REVISION).is_some());
        let is_initialize = request.method == "initialize";
        let revision = headers.and_then(|headers| headers.protocol_version.as_deref());
        match revision {
            // Without headers, some clients add `_meta` to `initialize` as well.
            _ if is_initialize && (!has_revision || headers.is_none()) => Self::Legacy,
            _ if has_revision => Self::Modern,
            Some(revision::MODERN) => Self::Modern,
            Some(revision) if !revision::is_legacy(revision) => Self::Unknown(revision),
            _ => Self::Legacy,
        }
    }
}

/// Returns the revision in `_meta`, which must be complete.
fn checked_meta(params: &Map<String, Value>) -> Result<&str, Problem> {
    let meta = params.get("_meta");
    let revision = meta.and_then(|meta| meta.get(REVISION)?.as_str());
    let revision = revision.ok_or_else(|| {
        Problem::malformed_meta(&format!("`_meta` must have \"{REVISION}\", a string"))
    })?;
    let capabilities = meta.and_then(|meta| meta.get(CLIENT_CAPABILITIES));
    if !capabilities.is_some_and(Value::is_object) {
        let why = format!("`_meta` must have \"{CLIENT_CAPABILITIES}\", an object");
        return Err(Problem::malformed_meta(&why));
    }
    Ok(revision)
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server")
            .field("implementation", &self.implementation)
            .field("tools", &self.tools.len())
            .finish_non_exhaustive()
    }
}
