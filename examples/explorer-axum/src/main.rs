//! The explorer under `/explorer` of an axum server.
#![forbid(unsafe_code)]

use autometrics::{axum_0_8, instrument_fn};
use axum::{Router, routing::get};

#[instrument_fn]
async fn hello() -> &'static str {
    "hello\n"
}

fn app() -> Router {
    Router::new()
        .route("/", get(hello))
        .merge(axum_0_8::explorer("/explorer"))
}

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:8080").await?;
    println!("see http://{}/explorer/", listener.local_addr()?);
    axum::serve(listener, app()).await
}

#[cfg(test)]
mod tests {
    use axum::{body::Body, extract::Request, http::StatusCode};
    use http_body_util::BodyExt as _;
    use tower::ServiceExt as _;

    async fn get(path: &str) -> (StatusCode, String) {
        let request = Request::get(path).header("host", "localhost:8080");
        let request = request.body(Body::empty()).unwrap();
        let response = super::app().oneshot(request).await.unwrap();
        let status = response.status();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, String::from_utf8(body.into()).unwrap())
    }

    #[tokio::test]
    async fn explorer_answers_below_its_mount() {
        assert_eq!(get("/").await, (StatusCode::OK, "hello\n".to_owned()));
        assert_eq!(get("/explorer").await.0, StatusCode::PERMANENT_REDIRECT);
        let (status, page) = get("/explorer/").await;
        assert_eq!(status, StatusCode::OK);
        assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
        let (_, metrics) = get("/explorer/metrics").await;
        let calls = "function_calls_total{function=\"hello\",module=\"explorer_axum\"";
        assert!(metrics.contains(calls), "{metrics}");
        let (status, functions) = get("/explorer/api/v1/functions").await;
        assert_eq!(status, StatusCode::OK);
        assert!(
            functions.contains("\"id\":\"explorer_axum::hello\""),
            "{functions}"
        );
        assert_eq!(
            get("/explorer/api/v1/nothing").await.0,
            StatusCode::NOT_FOUND
        );
    }
}
