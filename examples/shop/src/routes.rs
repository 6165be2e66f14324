//! The routes of the shop, and the handlers of its index and metrics.

use autometrics::{
    CurrentCall,
    prometheus::{self, Format},
};
use axum::{
    Router,
    body::Body,
    extract::{MatchedPath, Request},
    http::{HeaderMap, Method, header::CONTENT_TYPE},
    middleware::{Next, from_fn},
    response::Response,
    routing::{get, post},
};
use tower_http::catch_panic::CatchPanicLayer;

use crate::{cart, catalogue, checkout, shop::Shop};

/// Returns the router with all routes.
pub(crate) fn router(shop: Shop) -> Router {
    Router::new()
        .route("/", get(index))
        .route("/products", get(catalogue::browse))
        .route("/products/{id}", get(catalogue::view))
        .route("/search", get(catalogue::search))
        .route("/carts", post(cart::open_cart))
        .route("/carts/{id}", get(cart::show_cart))
        .route("/carts/{id}/items", post(cart::add_to_cart))
        .route("/carts/{id}/checkout", post(checkout::check_out))
        .route_layer(from_fn(in_flow))
        .layer(CatchPanicLayer::new())
        .with_state(shop)
        // The one line that a program needs for scrapes.
        .route(
            "/metrics",
            get(|headers: HeaderMap| async move { prometheus::response(&headers).map(Body::from) }),
        )
        .route("/metrics/text", get(text_metrics))
}

/// Answers a request in the flow of its route, such as `GET /carts/{id}`.
async fn in_flow(route: MatchedPath, request: Request, next: Next) -> Response {
    // A client can invent methods, and each name is a flow. The routes have these two only.
    let method = match *request.method() {
        Method::POST => "POST",
        _ => "GET",
    };
    let flow = format!("{method} {}", route.as_str());
    let call = CurrentCall::get().in_flow(&flow);
    call.around(next.run(request)).await
}

/// Returns the metrics as text 0.0.4, whatever the `Accept` header prefers: for browsers, for
/// `curl`, and for scrapers with a fixed header.
async fn text_metrics() -> ([(axum::http::HeaderName, &'static str); 1], String) {
    let format = Format::Text;
    let text = prometheus::encode(&autometrics::snapshot(), format);
    ([(CONTENT_TYPE, format.content_type())], text)
}

async fn index() -> &'static str {
    "A shop to look at, instrumented with autometrics.\n\
     \n\
     GET  /products?page=0       browse\n\
     GET  /search?q=lamp         search\n\
     GET  /products/1            look at a product\n\
     POST /carts                 take a cart\n\
     GET  /carts/1               look at it\n\
     POST /carts/1/items         put something in: {\"product\": 1, \"quantity\": 2}\n\
     POST /carts/1/checkout      pay: {\"card\": \"4111111111111111\"}\n\
     \n\
     GET  /metrics               for Prometheus: protobuf, OpenMetrics or text, as it prefers\n\
     GET  /metrics/text          the same, always as text\n"
}
