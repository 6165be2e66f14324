//! A client that sends one request at a time over real HTTP, and counts each.

use std::{net::SocketAddr, sync::Arc};

use axum::http::{Method, Request, StatusCode, header::CONTENT_TYPE};
use http_body_util::{BodyExt as _, Full};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use serde_json::Value;

use super::{Route, Tally};

type Body = Full<axum::body::Bytes>;

/// A client. Clones are cheap and share connections.
#[derive(Clone)]
pub(super) struct Client {
    http: legacy::Client<HttpConnector, Body>,
    target: SocketAddr,
    tally: Arc<Tally>,
}

impl Client {
    pub(super) fn new(target: SocketAddr, tally: Arc<Tally>) -> Self {
        Self {
            http: legacy::Client::builder(TokioExecutor::new()).build_http(),
            target,
            tally,
        }
    }

    /// Sends a request and waits for the whole reply. Returns its body if it is JSON, else null;
    /// `None` if there is no reply.
    pub(super) async fn send(
        &self,
        route: Route,
        path: &str,
        body: Option<Value>,
    ) -> Option<Value> {
        let body = body.map_or_else(String::new, |body| body.to_string());
        let request = Request::builder()
            .method(route.method())
            .uri(format!("http://{}{path}", self.target))
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(body))
            .expect("the paths of visits are valid");
        self.tally.sent(route);
        let reply = self.exchange(request).await;
        self.tally
            .got(route, reply.as_ref().map(|(status, _)| *status));
        reply.map(|(_, body)| body)
    }

    async fn exchange(&self, request: Request<Body>) -> Option<(StatusCode, Value)> {
        let response = self.http.request(request).await.ok()?;
        let status = response.status();
        let body = response.into_body().collect().await.ok()?.to_bytes();
        // The response to a panic is not JSON, and its body is not used.
        let body = serde_json::from_slice(&body).unwrap_or_default();
        Some((status, body))
    }
}

impl Route {
    fn method(self) -> Method {
        match self {
            Self::Browse | Self::Search | Self::View | Self::ShowCart => Method::GET,
            Self::OpenCart | Self::AddToCart | Self::CheckOut => Method::POST,
        }
    }
}
