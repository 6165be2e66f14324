//! Handlers for actix-web 4, and verdicts of its answers.
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
//! Judged by their status are `HttpResponse`, `actix_web::Error`, `InternalError`, `StatusCode`,
//! and texts and `Json` with a `StatusCode` behind them, each as the returned value or in a
//! `Result`, also in `Either` and behind `impl Responder`.
//!
//! # Types of your own
//!
//! An error that implements `ResponseError` is judged by its `status_code()`. An error with an
//! `error_response` of another status implements `status_code` as well, or
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
//! `io::Error`, `Utf8Error` and `Box<dyn Error>` stay errors of no kind, although actix has a
//! status for them: most functions that return them answer no request.
//!
//! Not judged by their status, and so ok, are `HttpResponseBuilder` (end it with `.finish()`), the
//! result of `.customize()`, and types of your own that implement `Responder`: actix gives their
//! status away only by value, and a returned value is judged by reference. Your own types implement
//! [`ResultLabels`](trait@crate::ResultLabels).

use actix_web::{HttpRequest, HttpResponse, http::StatusCode};
use http::{Request, Response};

/// Answers a scrape with the program's metrics, in the format that it asks for.
///
/// With feature `prometheus-gzip` the page is compressed for scrapers that ask for it.
///
/// The handler answers whatever `Host` a request has, because the names of a public server are not
/// known here. Where a browser on the same machine or network reaches the server, a foreign site
/// can read the page by DNS rebinding. Against that, restrict the route to the names of the server
/// with a guard, or leave the page to [`prometheus::serve`](crate::prometheus::serve), which checks
/// `Host`:
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

/// Returns a configuration that serves the explorer's page at `path`, for `App::configure`, and
/// begins to sample.
///
/// ```
/// use actix_web::App;
/// use autometrics::actix_web_4;
///
/// let app = App::new().configure(actix_web_4::explorer("/explorer"));
/// ```
///
/// Requests for addresses, `localhost` and names in `AUTOMETRICS_HOSTS` are answered.
#[cfg(feature = "explorer")]
pub fn explorer(path: &str) -> impl FnOnce(&mut actix_web::web::ServiceConfig) + use<> {
    use actix_web::web;

    async fn explore(request: HttpRequest) -> HttpResponse {
        match converted(&request) {
            Some(asked) => answer(crate::explorer::handle(&asked)),
            None => HttpResponse::BadRequest().finish(),
        }
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
            config.route(&mount, web::route().to(explore));
        }
        config.route(&format!("{mount}/{{path:.*}}"), web::route().to(explore));
    }
}

/// The head of `request` in the types of crate `http` 1; actix has those of an older version.
fn converted(request: &HttpRequest) -> Option<Request<()>> {
    let mut asked = Request::builder()
        .method(request.method().as_str())
        .uri(request.uri().to_string());
    for (name, value) in request.headers() {
        asked = asked.header(name.as_str(), value.as_bytes());
    }
    asked.body(()).ok()
}

/// `response` in the types of actix.
fn answer(response: Response<Vec<u8>>) -> HttpResponse {
    let (head, body) = response.into_parts();
    let status = StatusCode::from_u16(head.status.as_u16());
    let mut response = HttpResponse::build(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    for (name, value) in &head.headers {
        response.insert_header((name.as_str(), value.as_bytes()));
    }
    response.body(body)
}
