//! The service that is called. It accepts the names of callers, and of their flows, from `web` only.

use std::net::SocketAddr;

use autometrics::{Settings, axum_0_8, instrument_fn, tower_service_0_3::ServerLayer};
use axum::{Router, middleware::from_fn, routing};
use tokio::net::TcpListener;

use crate::{metrics, result::Result};

/// The first instrumented function of a request, whose caller is in the other process.
#[instrument_fn]
async fn reserve() -> &'static str {
    take_from_stock();
    "reserved\n"
}

#[instrument_fn]
fn take_from_stock() {}

/// Serves on `addr`, and prints the address.
pub(crate) async fn serve(addr: SocketAddr) -> Result<()> {
    Settings::new().service_name("store").flows(20).apply()?;
    let router = Router::new()
        .route("/reserve", routing::post(reserve))
        .route("/metrics", routing::get(metrics::show))
        // Only requests that come without a flow begin one here. The outer layer comes last.
        .layer(from_fn(axum_0_8::flow))
        .layer(ServerLayer::new().accept_from(["web"]));
    let listener = TcpListener::bind(addr).await?;
    println!("store: http://{}/metrics", listener.local_addr()?);
    Ok(axum::serve(listener, router).await?)
}
