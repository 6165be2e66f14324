//! Responses to requests, with the headers of every response.

use std::hash::{DefaultHasher, Hash as _, Hasher as _};

use http::{
    HeaderMap, HeaderName, HeaderValue, Method, Request, Response, StatusCode,
    header::{
        ALLOW, CACHE_CONTROL, CONTENT_SECURITY_POLICY, ETAG, IF_NONE_MATCH, LOCATION,
        REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
    },
};

use super::{
    assets::{self, Asset},
    parameters::{EVENT_PARAMETERS, Parameters, Refusal, shortened},
    response::{JSON, json, refusal, typed},
    route::Route,
};
use crate::{query, shared::Shared};

/// Nothing is loaded from other hosts, no inline script runs, and no site can frame the page. So
/// names of functions never act as markup, whatever they contain.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
pub(super) const OPENAPI: &str = include_str!("../../openapi.json");

/// Returns the response to `request`, with the security headers. Only messages of agents have a
/// `body`; it is `None` if it is not known.
pub(crate) fn answer<T>(
    shared: &Shared,
    request: &Request<T>,
    body: Option<&[u8]>,
) -> Response<Vec<u8>> {
    let mut response = dispatch(shared, request, body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    for (name, value) in [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (X_FRAME_OPTIONS, "DENY"),
        (CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
    response
}

const CROSS_ORIGIN_RESOURCE_POLICY: HeaderName =
    HeaderName::from_static("cross-origin-resource-policy");

fn dispatch<T>(
    shared: &Shared,
    request: &Request<T>,
    #[cfg_attr(
        not(feature = "mcp"),
        expect(unused_variables, reason = "only agents send bodies")
    )]
    body: Option<&[u8]>,
) -> Response<Vec<u8>> {
    if let Err(host) = shared.hosts.check(request) {
        return refusal(
            StatusCode::MISDIRECTED_REQUEST,
            format!(
                "requests for host `{}` are refused; use the address or localhost, or allow the \
                 name with AUTOMETRICS_HOSTS or Explorer::host",
                shortened(&host)
            ),
        );
    }
    let path = request.uri().path();
    let Some(route) = shared.mount.route(path) else {
        return refusal(
            StatusCode::NOT_FOUND,
            format!(
                "nothing is at `{}`; the API is described in api/v1/openapi.json",
                shortened(path)
            ),
        );
    };
    #[cfg(feature = "mcp")]
    if route == Route::Mcp {
        return super::mcp::answer(shared, request, body);
    }
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let error = format!(
            "the method is {}; use GET or HEAD",
            shortened(request.method().as_str())
        );
        let mut response = refusal(StatusCode::METHOD_NOT_ALLOWED, error);
        let allow = HeaderValue::from_static("GET, HEAD");
        response.headers_mut().insert(ALLOW, allow);
        return response;
    }
    let answered = match route {
        Route::WithoutSlash => Ok(with_slash(path)),
        Route::Index => Ok(file(assets::index(), request.headers())),
        Route::Asset(path) => match assets::find(path) {
            Some(asset) => Ok(file(asset, request.headers())),
            None => Err(Refusal::NotFound(format!(
                "the page has no file `{}`",
                shortened(path)
            ))),
        },
        Route::Metrics => Ok(autometrics_prometheus::response_from(
            request.headers(),
            &shared.snapshot(),
        )),
        Route::OpenApi => Ok(typed(OPENAPI.as_bytes().to_vec(), JSON)),
        route => api_response(shared, route, request.uri().query()),
    };
    answered.unwrap_or_else(|refused| match refused {
        Refusal::BadRequest(error) => refusal(StatusCode::BAD_REQUEST, error),
        Refusal::NotFound(error) => refusal(StatusCode::NOT_FOUND, error),
    })
}

/// Returns the response of an API endpoint that reads the history.
fn api_response(
    shared: &Shared,
    route: Route<'_>,
    query: Option<&str>,
) -> Result<Response<Vec<u8>>, Refusal> {
    // Taken before the lock on the history, because the sampling thread waits for that lock.
    let events = match route {
        Route::Events => shared.events(),
        _ => Vec::new(),
    };
    let history = shared.history();
    let view = shared.view(&history);
    Ok(match route {
        Route::Functions => {
            let parameters = Parameters::read(query, &["window", "flow"])?;
            let (window, flow) = (parameters.window()?, parameters.flow());
            json(&query::functions::functions(&view, window, flow))
        }
        Route::Flows => {
            let parameters = Parameters::read(query, &["window"])?;
            json(&query::flows::flows(&view, parameters.window()?))
        }
        Route::Graph => {
            let parameters = Parameters::read(query, &["window"])?;
            json(&query::graph::graph(&view, parameters.window()?))
        }
        Route::Objectives => {
            let parameters = Parameters::read(query, &["window"])?;
            json(&query::objectives::objectives(&view, parameters.window()?))
        }
        Route::Events => {
            let parameters = Parameters::read(query, &EVENT_PARAMETERS)?;
            let filter = parameters.event_filter(&history)?;
            json(&query::events::events(&view, &events, &filter))
        }
        Route::Series => {
            let parameters = Parameters::read(query, &["function", "range"])?;
            let range = parameters.range()?;
            let function = parameters.function(&history)?.ok_or_else(|| {
                Refusal::BadRequest(
                    "`function` is missing; set it to an id from `functions`".to_owned(),
                )
            })?;
            json(&query::series::series(&view, function, range))
        }
        _ => {
            let known = ["objective", "function", "sli", "window"];
            let parameters = Parameters::read(query, &known)?;
            let (window, measure) = (parameters.window()?, parameters.measure()?);
            let scope = parameters.scope(&history)?;
            json(&query::suspects::suspects(&view, &scope, measure, window))
        }
    })
}

/// Redirects to the same path with a slash, relative to the path, so that host and prefix stay
/// those that the browser sees.
fn with_slash(path: &str) -> Response<Vec<u8>> {
    let last = path.rsplit('/').next().unwrap_or(path);
    let mut response = typed(Vec::new(), "text/plain; charset=utf-8");
    // With `./`, a colon in the path is not taken for a scheme.
    match HeaderValue::from_str(&format!("./{last}/")) {
        Ok(location) => {
            *response.status_mut() = StatusCode::PERMANENT_REDIRECT;
            response.headers_mut().insert(LOCATION, location);
        }
        Err(_) => *response.status_mut() = StatusCode::NOT_FOUND,
    }
    response
}

/// Returns a file of the page, or status 304 if the browser already has it.
fn file(asset: Asset, request: &HeaderMap) -> Response<Vec<u8>> {
    let mut hasher = DefaultHasher::new();
    asset.bytes.hash(&mut hasher);
    let tag = format!("\"{:016x}\"", hasher.finish());
    let is_known = request
        .get_all(IF_NONE_MATCH)
        .iter()
        .any(|value| value.as_bytes() == tag.as_bytes());
    let mut response = if is_known {
        let mut response = Response::new(Vec::new());
        *response.status_mut() = StatusCode::NOT_MODIFIED;
        response
    } else {
        typed(asset.bytes.to_vec(), asset.content_type)
    };
    // The browser revalidates each time, as another build may run by then.
    let headers = response.headers_mut();
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    if let Ok(tag) = HeaderValue::from_str(&tag) {
        headers.insert(ETAG, tag);
    }
    response
}
