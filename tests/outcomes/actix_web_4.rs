//! Calls that return responses of actix-web are classified by status code, and its handlers take
//! one line each.
#![expect(clippy::unused_async, reason = "handlers of actix are async")]

#[path = "../support/mod.rs"]
mod support;

use std::{fmt, io};

use actix_web::{
    App, Either, Error, HttpResponse, Responder, ResponseError, error::InternalError,
    http::StatusCode, rt, test, web,
};
use autometrics::{ResultLabels, actix_web_4, instrument_fn};
use support::endings;

fn status(code: u16) -> StatusCode {
    StatusCode::from_u16(code).unwrap()
}

#[instrument_fn]
async fn code(code: u16) -> StatusCode {
    status(code)
}

#[instrument_fn]
async fn response(code: u16) -> HttpResponse {
    HttpResponse::build(status(code)).body("body")
}

#[instrument_fn]
async fn hidden(code: u16) -> impl Responder {
    HttpResponse::build(status(code)).finish()
}

#[instrument_fn]
async fn with_status(code: u16) -> (&'static str, StatusCode) {
    ("body", status(code))
}

#[instrument_fn]
async fn hidden_with_status(code: u16) -> impl Responder {
    (web::Json("body"), status(code))
}

#[instrument_fn]
async fn error(code: u16) -> Result<HttpResponse, Error> {
    if code >= 400 {
        return Err(InternalError::new("no", status(code)).into());
    }
    Ok(HttpResponse::build(status(code)).finish())
}

#[instrument_fn]
async fn actix_result(code: u16) -> actix_web::Result<HttpResponse> {
    Ok(HttpResponse::build(status(code)).finish())
}

#[instrument_fn]
async fn hidden_error(code: u16) -> actix_web::Result<impl Responder> {
    if code >= 400 {
        Err(InternalError::new("no", status(code)))?;
    }
    Ok("body")
}

#[instrument_fn]
async fn internal(code: u16) -> Result<&'static str, InternalError<&'static str>> {
    if code >= 400 {
        return Err(InternalError::new("no", status(code)));
    }
    Ok("body")
}

#[instrument_fn]
async fn either(code: u16) -> Either<HttpResponse, StatusCode> {
    if code == 503 {
        Either::Left(HttpResponse::build(status(code)).finish())
    } else {
        Either::Right(status(code))
    }
}

/// An error of the program's own, with a status.
#[derive(Debug)]
struct Refused(StatusCode);

impl fmt::Display for Refused {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "refused with {}", self.0)
    }
}

impl ResponseError for Refused {
    fn status_code(&self) -> StatusCode {
        self.0
    }
}

#[instrument_fn]
async fn own_error(code: u16) -> Result<HttpResponse, Refused> {
    if code >= 400 {
        return Err(Refused(status(code)));
    }
    Ok(HttpResponse::build(status(code)).finish())
}

#[instrument_fn]
fn own_error_at_once(code: u16) -> Result<(), Refused> {
    if code < 400 {
        Ok(())
    } else {
        Err(Refused(status(code)))
    }
}

#[instrument_fn]
async fn any_own_error<E: ResponseError>(error: Option<E>) -> Result<(), E> {
    error.map_or(Ok(()), Err)
}

#[::core::prelude::v1::test]
fn responses_are_classified_by_status_code() {
    rt::System::new().block_on(async {
        for number in [200, 302, 404, 429, 500, 503] {
            let _ = code(number).await;
            let _ = response(number).await;
            let _ = hidden(number).await;
            let _ = with_status(number).await;
            let _ = hidden_with_status(number).await;
            let _ = error(number).await;
            let _ = actix_result(number).await;
            let _ = hidden_error(number).await;
            let _ = internal(number).await;
            let _ = either(number).await;
            let _ = own_error(number).await;
            let _ = own_error_at_once(number);
            let refused = (number >= 400).then(|| Refused(status(number)));
            let _ = any_own_error(refused).await;
        }
    });
    for name in [
        "code",
        "response",
        "hidden",
        "with_status",
        "hidden_with_status",
        "error",
        "actix_result",
        "hidden_error",
        "internal",
        "either",
        "own_error",
        "own_error_at_once",
        "any_own_error",
    ] {
        assert_eq!(
            endings(name),
            ["500", "503", "ok", "ok", "ok", "ok"],
            "{name}"
        );
    }
}

/// An error with both a status and a label.
#[derive(Debug, ResultLabels)]
#[label(error = "refused")]
struct Labelled;

impl fmt::Display for Labelled {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("refused")
    }
}

impl ResponseError for Labelled {
    fn status_code(&self) -> StatusCode {
        StatusCode::NOT_FOUND
    }
}

#[instrument_fn]
fn labelled() -> Result<(), Labelled> {
    Err(Labelled)
}

#[::core::prelude::v1::test]
fn labels_take_precedence_over_the_status() {
    assert!(labelled().is_err());
    assert_eq!(endings("labelled"), ["refused"]);
}

#[instrument_fn]
fn read(kind: io::ErrorKind) -> io::Result<()> {
    Err(kind.into())
}

#[instrument_fn]
fn text() -> Result<&'static str, std::str::Utf8Error> {
    std::str::from_utf8(&[b'a', 0xff][..])
}

#[instrument_fn]
fn boxed() -> Result<(), Box<dyn std::error::Error>> {
    Err("no".into())
}

#[::core::prelude::v1::test]
fn errors_of_the_standard_library_are_errors() {
    assert!(read(io::ErrorKind::NotFound).is_err());
    assert!(read(io::ErrorKind::TimedOut).is_err());
    assert!(text().is_err());
    assert!(boxed().is_err());
    assert_eq!(endings("read"), ["error", "error"]);
    assert_eq!(endings("text"), ["error"]);
    assert_eq!(endings("boxed"), ["error"]);
}

#[::core::prelude::v1::test]
fn routes_for_metrics_and_the_explorer_take_one_line_each() {
    rt::System::new().block_on(async {
        for path in ["/debug/explorer", "debug/explorer/", "/debug/explorer/"] {
            let app = App::new()
                .route("/metrics", web::get().to(actix_web_4::metrics))
                .configure(actix_web_4::explorer(path))
                .route("/", web::get().to(|| async { "mine" }));
            let app = test::init_service(app).await;
            let ask = async |path: &str, host: &str| {
                let request = test::TestRequest::get().uri(path);
                let request = request.insert_header(("host", host)).to_request();
                let response = test::call_service(&app, request).await;
                let status = response.status().as_u16();
                let body = test::read_body(response).await.to_vec();
                (status, String::from_utf8(body).unwrap())
            };
            let (status, text) = ask("/metrics", "localhost").await;
            assert_eq!(status, 200);
            assert!(
                text.contains("function_calls_total{function=\"code\""),
                "{text}"
            );
            // Metrics answer for each host name, because a public server has names of its own.
            assert_eq!(ask("/metrics", "shop.example").await.0, 200);
            assert_eq!(ask("/", "localhost").await, (200, "mine".to_owned()));
            assert_eq!(ask("/debug/explorer", "localhost").await.0, 308);
            let (status, page) = ask("/debug/explorer/", "localhost").await;
            assert_eq!(status, 200);
            assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
            let api = ask("/debug/explorer/api/v1/functions", "localhost").await;
            assert_eq!(api.0, 200);
            assert_eq!(ask("/debug/explorer/", "evil.example").await.0, 421);
        }
    });
}

#[cfg(feature = "explorer-mcp")]
#[::core::prelude::v1::test]
fn explorer_answers_agents() {
    rt::System::new().block_on(async {
        let app = App::new().configure(actix_web_4::explorer("/explorer"));
        let app = test::init_service(app).await;
        let post = async |body: String| {
            let request = test::TestRequest::post()
                .uri("/explorer/mcp")
                .insert_header(("host", "localhost"))
                .insert_header(("content-type", "application/json"))
                .set_payload(body);
            let response = test::call_service(&app, request.to_request()).await;
            let status = response.status().as_u16();
            let body = test::read_body(response).await.to_vec();
            (status, String::from_utf8(body).unwrap())
        };
        let ping = r#"{"jsonrpc":"2.0","id":1,"method":"ping"}"#.to_owned();
        let pong = r#"{"jsonrpc":"2.0","id":1,"result":{}}"#.to_owned();
        let longest = format!("{ping}{}", " ".repeat(64 * 1024 - ping.len()));
        assert_eq!(post(ping).await, (200, pong.clone()));
        assert_eq!(post(longest.clone()).await, (200, pong));
        assert_eq!(post(longest + " ").await.0, 413);
    });
}

#[cfg(feature = "prometheus-exporter-gzip")]
#[::core::prelude::v1::test]
fn metrics_are_compressed_for_scrapers_that_accept_gzip() {
    rt::System::new().block_on(async {
        let metrics = web::get().to(actix_web_4::metrics);
        let app = test::init_service(App::new().route("/metrics", metrics)).await;
        let request = test::TestRequest::get().uri("/metrics");
        let request = request.insert_header(("accept-encoding", "gzip"));
        let response = test::call_service(&app, request.to_request()).await;
        let headers = response.headers();
        assert_eq!(headers.get_all("content-encoding").count(), 1);
        assert_eq!(headers.get("content-encoding").unwrap(), "gzip");
        assert_eq!(headers.get("vary").unwrap(), "accept, accept-encoding");
        let body = test::read_body(response).await;
        assert_eq!(body[..2], [0x1f, 0x8b]);
    });
}
