//! Calls that return responses of axum are classified by status code, and its handlers take one
//! line each.
#![expect(clippy::unused_async, reason = "handlers of axum are async")]

#[path = "../support/mod.rs"]
mod support;

use autometrics::{ResultLabel, ResultLabels, axum_0_8, instrument_fn};
use axum::{
    Router,
    body::Body,
    extract::Request,
    http::{HeaderMap, StatusCode},
    response::{Html, IntoResponse, Redirect, Response, Result as AxumResult},
    routing::get,
};
use http_body_util::BodyExt as _;
use support::endings;
use tower::ServiceExt as _;

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap()
}

#[instrument_fn]
async fn code(code: u16) -> StatusCode {
    status(code)
}

#[instrument_fn]
async fn response(code: u16) -> Response {
    (status(code), "body").into_response()
}

#[instrument_fn]
async fn tuple(code: u16) -> (StatusCode, HeaderMap, &'static str) {
    (status(code), HeaderMap::new(), "body")
}

#[instrument_fn]
async fn hidden(code: u16) -> impl IntoResponse {
    (status(code), "body")
}

#[instrument_fn]
async fn hidden_result(code: u16) -> impl IntoResponse {
    if code < 400 {
        Ok(Html("body"))
    } else {
        Err((status(code), "body"))
    }
}

#[instrument_fn]
async fn error_code(code: u16) -> Result<Html<&'static str>, StatusCode> {
    if code < 400 {
        Ok(Html("body"))
    } else {
        Err(status(code))
    }
}

#[instrument_fn]
async fn error_answer(code: u16) -> Result<Redirect, Response> {
    if code < 400 {
        Ok(Redirect::to("/"))
    } else {
        Err(status(code).into_response())
    }
}

/// Returns axum's own error, into which `?` converts each response.
#[instrument_fn]
async fn any_error(code: u16) -> AxumResult<&'static str> {
    if code >= 400 {
        Err((status(code), "status: 200"))?;
    }
    Ok("body")
}

#[instrument_fn]
async fn any_hidden_error(code: u16) -> AxumResult<impl IntoResponse> {
    if code >= 400 {
        return Err(status(code).into());
    }
    Ok((status(code), "body"))
}

#[tokio::test]
async fn responses_are_classified_by_status_code() {
    for number in [200, 302, 404, 429, 500, 503] {
        let _ = code(number).await;
        let _ = response(number).await;
        let _ = tuple(number).await;
        let _ = hidden(number).await;
        let _ = hidden_result(number).await;
        let _ = error_code(number).await;
        let _ = error_answer(number).await;
        let _ = any_error(number).await;
        let _ = any_hidden_error(number).await;
    }
    for name in [
        "code",
        "response",
        "tuple",
        "hidden",
        "hidden_result",
        "error_code",
        "error_answer",
        "any_error",
        "any_hidden_error",
    ] {
        assert_eq!(
            endings(name),
            ["500", "503", "ok", "ok", "ok", "ok"],
            "{name}"
        );
    }
}

/// An error of the program's own, labelled by its status.
struct Refused(StatusCode);

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

impl ResultLabels for Refused {
    fn result_label(&self) -> Option<ResultLabel> {
        self.0.result_label()
    }
}

#[instrument_fn]
async fn own_error(code: u16) -> Result<Html<&'static str>, Refused> {
    if code < 400 {
        Ok(Html("body"))
    } else {
        Err(Refused(status(code)))
    }
}

#[instrument_fn]
async fn own_answer(code: u16) -> impl IntoResponse {
    Refused(status(code))
}

#[tokio::test]
async fn types_with_a_status_label_are_classified_by_it() {
    for number in [200, 404, 500, 503] {
        let _ = own_error(number).await;
        let _ = own_answer(number).await;
    }
    for name in ["own_error", "own_answer"] {
        assert_eq!(endings(name), ["500", "503", "ok", "ok"], "{name}");
    }
}

async fn ask(app: &Router, path: &str, host: &str) -> (StatusCode, String) {
    let request = Request::get(path).header("host", host).body(Body::empty());
    let response = app.clone().oneshot(request.unwrap()).await.unwrap();
    let status = response.status();
    let body = response.into_body().collect().await.unwrap().to_bytes();
    (status, String::from_utf8(body.into()).unwrap())
}

#[tokio::test]
async fn route_for_metrics_takes_one_line() {
    let app = Router::new().route("/metrics", get(axum_0_8::metrics));
    let (status, text) = ask(&app, "/metrics", "localhost").await;
    assert_eq!(status, StatusCode::OK);
    assert!(
        text.contains("function_calls_total{function=\"code\""),
        "{text}"
    );
    // Metrics answer for each host name, because a public server has names of its own.
    assert_eq!(
        ask(&app, "/metrics", "shop.example").await.0,
        StatusCode::OK
    );
}

#[cfg(feature = "prometheus-exporter-gzip")]
#[tokio::test]
async fn metrics_are_compressed_for_scrapers_that_accept_gzip() {
    let app = Router::new().route("/metrics", get(axum_0_8::metrics));
    for method in ["GET", "HEAD"] {
        let request = Request::builder().uri("/metrics").method(method);
        let request = request.header("accept-encoding", "gzip");
        let request = request.body(Body::empty()).unwrap();
        let response = app.clone().oneshot(request).await.unwrap();
        assert_eq!(response.headers()["content-encoding"], "gzip");
        assert_eq!(response.headers()["vary"], "accept, accept-encoding");
        let body = response.into_body().collect().await.unwrap().to_bytes();
        assert_eq!(body.starts_with(&[0x1f, 0x8b]), method == "GET");
    }
}

#[tokio::test]
async fn routes_for_the_explorer_take_one_line() {
    for path in ["/debug/explorer", "debug/explorer/", "/debug/explorer/"] {
        let app = Router::new()
            .merge(axum_0_8::explorer(path))
            .route("/", get(|| async { "mine" }));
        let at = |path: &'static str| ask(&app, path, "localhost:8080");
        assert_eq!(at("/").await, (StatusCode::OK, "mine".to_owned()));
        assert_eq!(
            at("/debug/explorer").await.0,
            StatusCode::PERMANENT_REDIRECT
        );
        let (status, page) = at("/debug/explorer/").await;
        assert_eq!(status, StatusCode::OK);
        assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
        let functions = at("/debug/explorer/api/v1/functions").await;
        assert_eq!(functions.0, StatusCode::OK);
        let other = ask(&app, "/debug/explorer/", "evil.example").await;
        assert_eq!(other.0, StatusCode::MISDIRECTED_REQUEST);
    }
    let alone: Router = axum_0_8::explorer("/");
    assert_eq!(ask(&alone, "/", "localhost").await.0, StatusCode::OK);
    assert_eq!(ask(&alone, "/metrics", "localhost").await.0, StatusCode::OK);
}

#[cfg(feature = "explorer-mcp")]
#[tokio::test]
async fn explorer_answers_agents() {
    let app: Router = Router::new().merge(axum_0_8::explorer("/explorer"));
    let post = async |body: String| {
        let request = Request::post("/explorer/mcp")
            .header("host", "localhost")
            .header("content-type", "application/json")
            .body(Body::from(body));
        let response = app.clone().oneshot(request.unwrap()).await.unwrap();
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.into()).unwrap())
    };
    let ping = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#.to_owned();
    let pong = r#"{"jsonrpc":"2.0","id":1,"result":{}}"#.to_owned();
    let longest = format!("{ping}{}", " ".repeat(64 * 1024 - ping.len()));
    assert_eq!(post(ping).await, (StatusCode::OK, pong.clone()));
    assert_eq!(post(longest.clone()).await, (StatusCode::OK, pong));
    let (status, _) = post(longest + " ").await;
    assert_eq!(status, StatusCode::PAYLOAD_TOO_LARGE);
}

#[axum::debug_handler]
#[instrument_fn]
async fn checked_above() -> StatusCode {
    StatusCode::OK
}

#[instrument_fn]
#[axum::debug_handler]
async fn checked_below() -> StatusCode {
    StatusCode::OK
}

#[tokio::test]
async fn handler_with_debug_handler_is_one_function() {
    let app = Router::new()
        .route("/above", get(checked_above))
        .route("/below", get(checked_below));
    for path in ["/above", "/below", "/below"] {
        assert_eq!(ask(&app, path, "localhost").await.0, StatusCode::OK);
    }
    for (name, calls) in [("checked_above", 1), ("checked_below", 2)] {
        assert_eq!(support::total(name), calls, "{name}");
        let functions = autometrics::snapshot().functions;
        let same = functions.iter().filter(|it| it.name.starts_with(name));
        assert_eq!(same.count(), 1, "{name}");
    }
}
