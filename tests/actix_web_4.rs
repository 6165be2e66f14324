//! Answers of actix-web are judged by their status, and its handlers are one line.
#![expect(clippy::unused_async, reason = "handlers of actix are async")]

mod support;

use actix_web::{
    App, Either, Error, HttpResponse, Responder, error::InternalError, http::StatusCode, rt, test,
    web,
};
use autometrics::{actix_web_4, instrument_fn};
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

#[::core::prelude::v1::test]
fn answers_are_judged_by_their_status() {
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
    ] {
        assert_eq!(
            endings(name),
            ["500", "503", "ok", "ok", "ok", "ok"],
            "{name}"
        );
    }
}

#[::core::prelude::v1::test]
fn metrics_and_the_explorer_are_one_line_each() {
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
