//! The service that calls `store`. It sends the names of the calling function and of its flow, the
//! route `POST /pay`, to `store` only.

use std::net::SocketAddr;

use autometrics::{
    Settings, axum_0_8, instrument_fn,
    tower_service_0_3::{ClientLayer, ClientService},
};
use axum::{
    Router,
    body::Body,
    extract::State,
    http::{Request, StatusCode, Uri},
    middleware::from_fn,
    routing,
};
use hyper_util::{
    client::legacy::{self, connect::HttpConnector},
    rt::TokioExecutor,
};
use tokio::net::TcpListener;
use tower::{Layer as _, ServiceExt as _};

use crate::{metrics, result::Result};

/// A hyper client with the layer that adds the caller.
type Client = ClientService<legacy::Client<HttpConnector, Body>>;

#[derive(Clone)]
struct Basket {
    client: Client,
    /// Address of the store's route for reservations.
    reserve: Uri,
}

#[instrument_fn]
impl Basket {
    async fn pay(self) -> std::result::Result<(), legacy::Error> {
        let mut request = Request::new(Body::empty());
        *request.method_mut() = axum::http::Method::POST;
        *request.uri_mut() = self.reserve;
        self.client.oneshot(request).await.map(drop)
    }
}

async fn pay(State(basket): State<Basket>) -> StatusCode {
    match basket.pay().await {
        Ok(()) => StatusCode::OK,
        Err(_) => StatusCode::BAD_GATEWAY,
    }
}

/// The service, before it serves.
pub(crate) struct Web {
    /// Address that it listens on.
    pub(crate) addr: SocketAddr,
    listener: TcpListener,
    router: Router,
}

/// Listens on `addr` for customers of the store at `store`.
pub(crate) async fn open(addr: SocketAddr, store: SocketAddr) -> Result<Web> {
    Settings::new().service_name("web").flows(20).apply()?;
    let client = legacy::Client::builder(TokioExecutor::new()).build_http();
    let basket = Basket {
        client: ClientLayer::new([store.to_string()])?.layer(client),
        reserve: format!("http://{store}/reserve").parse()?,
    };
    let router = Router::new()
        .route("/pay", routing::post(pay))
        .route("/metrics", routing::get(metrics::show))
        .layer(from_fn(axum_0_8::flow))
        .with_state(basket);
    let listener = TcpListener::bind(addr).await?;
    Ok(Web {
        addr: listener.local_addr()?,
        listener,
        router,
    })
}

impl Web {
    pub(crate) async fn serve(self) -> Result<()> {
        Ok(axum::serve(self.listener, self.router).await?)
    }
}
