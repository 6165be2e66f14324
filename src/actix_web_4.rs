//! Handlers for actix-web 4, and classification of its responses by their status.
//!
//! ```
//! use actix_web::{App, Error, HttpResponse, error, web};
//! use autometrics::{actix_web_4, instrument_fn};
//!
//! // `error="503"`: the status is the kind of the error. 4xx is none.
//! #[instrument_fn]
//! async fn stock() -> Result<HttpResponse, Error> {
//!     Err(error::ErrorServiceUnavailable("closed"))
//! }
//!
//! let app = App::new()
//!     .route("/stock", web::get().to(stock))
//!     .route("/metrics", web::get().to(actix_web_4::metrics));
//! ```
//!
//! These types are classified by their status: `HttpResponse`, `actix_web::Error`, `InternalError`,
//! `StatusCode`, and texts and `Json` with a `StatusCode` behind them. Each may be the returned
//! value or inside a `Result` or `Either`, also behind `impl Responder`.
//!
//! # Types of your own
//!
//! An error that implements `ResponseError` is classified by its `status_code()`. If its
//! `error_response` has another status, implement `status_code` as well, or
//! [`ResultLabels`](derive@crate::ResultLabels), which takes precedence:
//!
//! ```
//! use std::fmt;
//!
//! use actix_web::{HttpResponse, ResponseError, http::StatusCode};
//! use autometrics::instrument_fn;
//!
//! #[derive(Debug)]
//! struct NoSuchProduct(u64);
//!
//! impl fmt::Display for NoSuchProduct {
//!     fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
//!         write!(f, "there is no product {}", self.0)
//!     }
//! }
//!
//! impl ResponseError for NoSuchProduct {
//!     fn status_code(&self) -> StatusCode {
//!         StatusCode::NOT_FOUND
//!     }
//! }
//!
//! #[instrument_fn] // ok
//! async fn stock(id: u64) -> Result<HttpResponse, NoSuchProduct> {
//!     Err(NoSuchProduct(id))
//! }
//! # let _ = stock(0);
//! ```
//!
//! `io::Error`, `Utf8Error` and `Box<dyn Error>` count as errors without an error kind, although
//! actix has a status for them: most functions that return them do not answer a request.
//!
//! These types are not classified by their status and therefore count as ok: `HttpResponseBuilder`
//! (end it with `.finish()`), the result of `.customize()`, and types of your own that implement
//! `Responder`. Actix returns their status only when it consumes the value, and a returned value is
//! classified by reference. Implement [`ResultLabels`](trait@crate::ResultLabels) for types of your
//! own.

use std::future::Future;

use actix_web::{
    Error, HttpRequest, HttpResponse,
    dev::{Service, ServiceRequest, ServiceResponse},
    http::StatusCode,
};
use http::{Request, Response};

use crate::{CurrentCall, route_name::route_name};

/// Answers a scrape with the program's metrics, in the format that the request's headers prefer.
///
/// With feature `prometheus-exporter-gzip` the response is compressed if the scraper accepts that. A request
/// whose method, URI or headers are not valid for crate `http` 1 gets status 400.
///
/// The handler accepts every `Host`, because it does not know the names of a public server. If a
/// browser on the same machine or network can reach the server, a foreign site can read the page by
/// DNS rebinding. To prevent that, restrict the route to the names of the server with a guard, or
/// use [`prometheus::serve`](crate::prometheus::serve), which checks `Host`:
///
/// ```
/// use actix_web::{App, guard, web};
/// use autometrics::actix_web_4;
///
/// let host = guard::Host("shop.internal");
/// let app = App::new().route("/metrics", web::get().guard(host).to(actix_web_4::metrics));
/// ```
#[expect(clippy::unused_async, reason = "handlers of actix are async")]
pub async fn metrics(request: HttpRequest) -> HttpResponse {
    match converted(&request) {
        Some(asked) => answer(crate::prometheus::response(asked.headers())),
        None => HttpResponse::BadRequest().finish(),
    }
}

/// Middleware for `wrap_fn` that runs each request in the flow of its route, such as
/// `GET /orders/{id}`.
///
/// The name consists of the method and the pattern of the resource, never of the path, so there are
/// as many flows as resources and methods. Methods that HTTP does not define are `_OTHER`. It needs
/// [`Settings::flows`](crate::Settings::flows); without it, nothing changes.
///
/// ```
/// use actix_web::{App, web};
/// use autometrics::actix_web_4;
///
/// let app = App::new()
///     .route("/orders/{id}", web::get().to(async || "an order"))
///     .wrap_fn(actix_web_4::flow);
/// ```
///
/// - It belongs on `App`; on a `Scope` or `Resource` it names the routes in it, with the pattern of
///   the scopes around them.
/// - Requests to no resource, which the default service answers, stay as they are.
/// - A request that is in a flow already stays in it.
/// - A known resource with a method that it does not handle, status 404 or 405, is a flow as well.
pub fn flow<S, B>(
    request: ServiceRequest,
    service: &S,
) -> impl Future<Output = Result<ServiceResponse<B>, Error>> + use<S, B>
where
    S: Service<ServiceRequest, Response = ServiceResponse<B>, Error = Error>,
{
    let current = CurrentCall::get();
    let route = if current.has_flow() {
        None
    } else {
        request.match_pattern()
    };
    let call = match route {
        Some(route) => current.in_flow(&route_name(request.method().as_str(), &route)),
        None => current,
    };
    call.around(call.run(|| service.call(request)))
}

/// Returns a configuration for `App::configure` that serves the explorer's page at `path`, and
/// starts the explorer's sampling.
///
/// ```
/// use actix_web::App;
/// use autometrics::actix_web_4;
///
/// let app = App::new().configure(actix_web_4::explorer("/explorer"));
/// ```
///
/// The page answers requests whose `Host` is an IP address, `localhost` or a name in
/// `AUTOMETRICS_HOSTS`. With feature `explorer-mcp`, agents ask at `mcp` below `path`.
#[cfg(feature = "explorer")]
pub fn explorer(path: &str) -> impl FnOnce(&mut actix_web::web::ServiceConfig) + use<> {
    use actix_web::web;

    #[cfg(not(feature = "explorer-mcp"))]
    async fn explore(request: HttpRequest) -> HttpResponse {
        match converted(&request) {
            Some(asked) => answer(crate::explorer::handle(&asked)),
            None => HttpResponse::BadRequest().finish(),
        }
    }

    #[cfg(feature = "explorer-mcp")]
    async fn explore(request: HttpRequest, body: web::Bytes) -> HttpResponse {
        match converted(&request) {
            Some(asked) => answer(crate::explorer::handle_with_body(&asked.map(|()| body))),
            None => HttpResponse::BadRequest().finish(),
        }
    }

    fn resource(path: &str) -> actix_web::Resource {
        let resource = web::resource(path).route(web::route().to(explore));
        #[cfg(feature = "explorer-mcp")]
        let resource = resource.app_data(web::PayloadConfig::new(crate::explorer::MCP_MAX_BODY));
        resource
    }

    crate::explorer::start();
    let path = path.trim_matches('/');
    let mount = if path.is_empty() {
        String::new()
    } else {
        format!("/{path}")
    };
    move |config| {
        if !mount.is_empty() {
            config.service(resource(&mount));
        }
        config.service(resource(&format!("{mount}/{{path:.*}}")));
    }
}

/// Converts the head of `request` to types of crate `http` 1; actix uses those of an older version.
///
/// Returns `None` if crate `http` 1 rejects the method, the URI or a header.
fn converted(request: &HttpRequest) -> Option<Request<()>> {
    let mut asked = Request::builder()
        .method(request.method().as_str())
        .uri(request.uri().to_string());
    for (name, value) in request.headers() {
        asked = asked.header(name.as_str(), value.as_bytes());
    }
    asked.body(()).ok()
}

/// Converts `response` to types of actix.
fn answer(response: Response<Vec<u8>>) -> HttpResponse {
    let (head, body) = response.into_parts();
    let status = StatusCode::from_u16(head.status.as_u16());
    let mut response = HttpResponse::build(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    for (name, value) in &head.headers {
        response.insert_header((name.as_str(), value.as_bytes()));
    }
    response.body(body)
}
