//! Runs both services: `store` as a child process, and `web` in this one. Then sends it customers.

use std::{
    env,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    process::Stdio,
};

use axum::{
    body::Body,
    http::{Method, Request},
};
use http_body_util::BodyExt as _;
use hyper_util::{client::legacy, rt::TokioExecutor};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, BufReader},
    process::{Child, Command},
    signal,
};

use crate::{result::Result, web};

const CALLS: usize = 3;
/// A free port of the loopback interface.
const ANY: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

pub(crate) async fn run() -> Result<()> {
    let store = Store::start().await?;
    let web = web::open(ANY, store.addr).await?;
    let addr = web.addr;
    tokio::spawn(async { web.serve().await.map_err(|error| error.to_string()) });

    for _ in 0..CALLS {
        send(Method::POST, format!("http://{addr}/pay")).await?;
    }
    let metrics = format!("http://{}/metrics", store.addr);
    let page = send(Method::GET, metrics.clone()).await?;
    println!("{CALLS} customers of web have paid; the series of store that say who called:\n");
    for line in page
        .lines()
        .filter(|line| line.contains("caller_service=\"web\""))
    {
        println!("{line}");
    }
    println!("\nstore: {metrics}\nweb:   http://{addr}/metrics\nCtrl-C ends both");
    signal::ctrl_c().await?;
    store.stop().await
}

/// Waits until the other end of the standard input is closed.
pub(crate) async fn end_of_input() {
    let mut input = Vec::new();
    // An error counts as the end.
    let _ = tokio::io::stdin().read_to_end(&mut input).await;
}

/// The child process of `store`.
struct Store {
    child: Child,
    addr: SocketAddr,
}

impl Store {
    /// Starts it on a free port, and reads its address from its output.
    async fn start() -> Result<Self> {
        let mut child = Command::new(env::current_exe()?)
            .args(["store", &ANY.to_string(), "--while-input"])
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let stdout = child.stdout.take().ok_or("the store has no output")?;
        let line = BufReader::new(stdout).lines().next_line().await?;
        let addr = line.as_deref().and_then(address);
        let addr = addr.ok_or_else(|| format!("the store says {line:?} and not where it is"))?;
        Ok(Self { child, addr })
    }

    async fn stop(mut self) -> Result<()> {
        Ok(self.child.kill().await?)
    }
}

/// Parses the address in `store: http://127.0.0.1:8081/metrics`.
fn address(line: &str) -> Option<SocketAddr> {
    let rest = line.split("//").nth(1)?;
    rest.split('/').next()?.parse().ok()
}

/// Sends a request like a customer, and waits for the whole response.
async fn send(method: Method, uri: String) -> Result<String> {
    let client = legacy::Client::builder(TokioExecutor::new()).build_http::<Body>();
    let mut request = Request::new(Body::empty());
    *request.method_mut() = method;
    *request.uri_mut() = uri.parse()?;
    let response = client.request(request).await?;
    if !response.status().is_success() {
        return Err(format!("{uri} answers {}", response.status()).into());
    }
    let body = response.into_body().collect().await?.to_bytes();
    Ok(String::from_utf8(body.into())?)
}
