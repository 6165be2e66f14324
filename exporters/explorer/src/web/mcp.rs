//! Route for agents: the Model Context Protocol over HTTP, without sessions.

use autometrics_context::{
    mcp::{Headers, Reply},
    tools::{self, CallError},
};
use http::{
    HeaderMap, HeaderValue, Method, Request, Response, StatusCode,
    header::{ALLOW, AUTHORIZATION, CONTENT_TYPE, WWW_AUTHENTICATE},
};
use serde_json::Value;

use super::{
    parameters::shortened,
    response::{JSON, refusal, typed},
};
use crate::{program::Program, shared::Shared};

/// Maximum length of a message from an agent, in bytes. Longer ones are refused with status 413.
///
/// A web server of the program can refuse longer bodies of requests before it reads them.
pub const MCP_MAX_BODY: usize = 64 * 1024;

/// Returns the response to a request of an agent; `body` is `None` if the program's web server does
/// not pass it.
pub(super) fn answer<T>(
    shared: &Shared,
    request: &Request<T>,
    body: Option<&[u8]>,
) -> Response<Vec<u8>> {
    let endpoint = &shared.mcp;
    let headers = request.headers();
    if let Err(origin) = shared.hosts.check_origin(request) {
        return refusal(
            StatusCode::FORBIDDEN,
            format!(
                "requests of the site `{}` are refused; use a client outside of a browser, or allow the name of \
                 the site with AUTOMETRICS_HOSTS or Explorer::host",
                shortened(&origin)
            ),
        );
    }
    if endpoint.token.as_ref().is_some_and(|it| !it.is_in(headers)) {
        return unauthorized(headers);
    }
    if request.method() != Method::POST {
        let error = format!(
            "the method is {}; use POST",
            shortened(request.method().as_str())
        );
        let mut response = refusal(StatusCode::METHOD_NOT_ALLOWED, error);
        let allow = HeaderValue::from_static("POST");
        response.headers_mut().insert(ALLOW, allow);
        return response;
    }
    if !is_json(headers) {
        let error = "the content type of a message must be application/json";
        return refusal(StatusCode::UNSUPPORTED_MEDIA_TYPE, error.to_owned());
    }
    match body {
        None => refusal(
            StatusCode::NOT_IMPLEMENTED,
            "this web server passes no bodies to the explorer; call Handler::handle_with_body in it".to_owned(),
        ),
        Some(body) if body.len() > MCP_MAX_BODY => refusal(
            StatusCode::PAYLOAD_TOO_LARGE,
            format!("a message has at most {MCP_MAX_BODY} bytes"),
        ),
        Some(body) => response(endpoint.server.handle_http(
            body,
            &repeated(headers),
            &mut |name, arguments| call(shared, name, arguments),
        )),
    }
}

/// Answers a call of a tool about this program.
fn call(shared: &Shared, name: &str, arguments: &Value) -> Result<Value, CallError> {
    // Taken before the lock on the history, because the sampling thread waits for that lock.
    let events = shared.events();
    let history = shared.history();
    let program = Program {
        view: shared.view(&history),
        events: &events,
    };
    tools::call(&program, name, arguments)
}

fn response(reply: Reply) -> Response<Vec<u8>> {
    let mut response = match reply.body {
        Some(body) => typed(body, JSON),
        None => Response::new(Vec::new()),
    };
    let status = StatusCode::from_u16(reply.status);
    *response.status_mut() = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    response
}

/// Returns the refusal of a request without the token. It names no server of tokens, because
/// clients would ask that one instead of the user.
fn unauthorized(headers: &HeaderMap) -> Response<Vec<u8>> {
    let error = "the token is missing or wrong; send the value of AUTOMETRICS_MCP_TOKEN of this program in the header \
                 `Authorization: Bearer …`";
    let mut response = refusal(StatusCode::UNAUTHORIZED, error.to_owned());
    let challenge = HeaderValue::from_static(if headers.contains_key(AUTHORIZATION) {
        "Bearer realm=\"autometrics\", error=\"invalid_token\""
    } else {
        "Bearer realm=\"autometrics\""
    });
    response.headers_mut().insert(WWW_AUTHENTICATE, challenge);
    response
}

/// Returns `true` if the content type is JSON, with any parameters.
fn is_json(headers: &HeaderMap) -> bool {
    let mut values = headers.get_all(CONTENT_TYPE).iter();
    let (Some(value), None) = (values.next(), values.next()) else {
        return false;
    };
    let essence = value.as_bytes().split(|byte| *byte == b';').next();
    essence.is_some_and(|it| it.trim_ascii().eq_ignore_ascii_case(JSON.as_bytes()))
}

/// Returns the headers that repeat parts of a message.
fn repeated(headers: &HeaderMap) -> Headers {
    let value = |name: &str| {
        let values: Vec<_> = headers
            .get_all(name)
            .iter()
            .map(|value| String::from_utf8_lossy(value.as_bytes()))
            .collect();
        // Several values match nothing.
        (!values.is_empty()).then(|| values.join(", ").trim().to_owned())
    };
    Headers {
        protocol_version: value("mcp-protocol-version"),
        method: value("mcp-method"),
        name: value("mcp-name"),
    }
}
