//! The explorer under `/explorer` of an actix server.
#![forbid(unsafe_code)]

use actix_web::{App, HttpServer, Responder, get, web};
use autometrics::{actix_web_4, instrument_fn};

#[get("/")]
async fn index() -> impl Responder {
    hello()
}

#[instrument_fn]
fn hello() -> &'static str {
    "hello\n"
}

fn routes(config: &mut web::ServiceConfig) {
    config
        .service(index)
        .configure(actix_web_4::explorer("/explorer"));
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    println!("see http://127.0.0.1:8080/explorer/");
    HttpServer::new(|| App::new().configure(routes))
        .bind(("127.0.0.1", 8080))?
        .run()
        .await
}

#[cfg(test)]
mod tests {
    use actix_web::{App, http::StatusCode, test};

    async fn get(path: &str) -> (StatusCode, String) {
        let app = test::init_service(App::new().configure(super::routes)).await;
        let request = test::TestRequest::get().uri(path);
        let request = request.insert_header(("host", "localhost:8080"));
        let response = test::call_service(&app, request.to_request()).await;
        let status = response.status();
        let body = test::read_body(response).await;
        (status, String::from_utf8(body.into()).unwrap())
    }

    #[actix_web::test]
    async fn explorer_answers_below_its_mount() {
        assert_eq!(get("/").await, (StatusCode::OK, "hello\n".to_owned()));
        assert_eq!(get("/explorer").await.0, StatusCode::PERMANENT_REDIRECT);
        let (status, page) = get("/explorer/").await;
        assert_eq!(status, StatusCode::OK);
        assert!(page.starts_with("<!DOCTYPE html>"), "{page}");
        let (_, metrics) = get("/explorer/metrics").await;
        let calls = "function_calls_total{function=\"hello\",module=\"explorer_actix\"";
        assert!(metrics.contains(calls), "{metrics}");
        let (status, functions) = get("/explorer/api/v1/functions").await;
        assert_eq!(status, StatusCode::OK);
        assert!(
            functions.contains("\"id\":\"explorer_actix::hello\""),
            "{functions}"
        );
        assert_eq!(
            get("/explorer/api/v1/nothing").await.0,
            StatusCode::NOT_FOUND
        );
    }
}
