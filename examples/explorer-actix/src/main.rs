//! The explorer under `/explorer` of an actix server.
#![forbid(unsafe_code)]

use actix_web::{
    App, HttpRequest, HttpResponse, HttpServer, Responder, get, http::StatusCode, web,
};
use autometrics::{explorer, instrument_fn};

#[get("/")]
async fn index() -> impl Responder {
    hello()
}

#[instrument_fn]
fn hello() -> &'static str {
    "hello\n"
}

/// For every path below the mount. Actix has types of an older version of crate
/// `http`, so that requests and responses are copied.
async fn explore(request: HttpRequest) -> HttpResponse {
    let mut asked = http::Request::builder()
        .method(request.method().as_str())
        .uri(request.uri().to_string());
    for (name, value) in request.headers() {
        asked = asked.header(name.as_str(), value.as_bytes());
    }
    let Ok(asked) = asked.body(()) else {
        return HttpResponse::BadRequest().finish();
    };
    let (head, body) = explorer::handle(&asked).into_parts();
    let status = StatusCode::from_u16(head.status.as_u16());
    let mut response = HttpResponse::build(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    for (name, value) in &head.headers {
        response.insert_header((name.as_str(), value.as_bytes()));
    }
    response.body(body)
}

fn routes(config: &mut web::ServiceConfig) {
    config
        .service(index)
        .route("/explorer", web::route().to(explore))
        .route("/explorer/{path:.*}", web::route().to(explore));
}

#[actix_web::main]
async fn main() -> std::io::Result<()> {
    // The history begins now, and not when the page is first opened.
    explorer::start();
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
    async fn the_explorer_is_below_its_mount() {
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
