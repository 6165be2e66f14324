//! Tests the layers around clients, servers and routers.

mod client;
mod server;

use std::{
    future::{Ready, ready},
    task::{Context, Poll},
};

use http::{HeaderMap, Request};
use tower::Service;

/// Service that returns the headers of its request.
#[derive(Clone)]
struct Echo;

impl Service<Request<()>> for Echo {
    type Response = HeaderMap;
    type Error = &'static str;
    type Future = Ready<Result<HeaderMap, &'static str>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), &'static str>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<()>) -> Self::Future {
        ready(match request.uri().path() {
            "/error" => Err("it has failed"),
            _ => Ok(request.into_parts().0.headers),
        })
    }
}

/// Service that is never ready.
struct Broken;

impl Service<Request<()>> for Broken {
    type Response = HeaderMap;
    type Error = &'static str;
    type Future = Ready<Result<HeaderMap, &'static str>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), &'static str>> {
        Poll::Ready(Err("it is broken"))
    }

    fn call(&mut self, _: Request<()>) -> Self::Future {
        panic!("called without being ready")
    }
}

fn request(uri: &str, baggage: &str) -> Request<()> {
    let request = Request::get(uri).header("baggage", baggage);
    request.body(()).unwrap()
}
