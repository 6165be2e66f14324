//! Two services with one call graph: `web` calls `store`, and the series of `store` name the
//! caller.
//!
//! ```text
//! two-services               both, as two processes, with some calls between them
//! two-services store ADDR    one of them
//! two-services web ADDR STORE
//! ```
#![forbid(unsafe_code)]

mod both;
mod metrics;
mod result;
mod store;
mod web;

use std::{net::SocketAddr, process::ExitCode};

use crate::result::Result;

const USAGE: &str = "expected no arguments, or `store ADDR`, or `web ADDR STORE`, \
     such as `web 127.0.0.1:8080 127.0.0.1:8081`";

#[tokio::main]
async fn main() -> ExitCode {
    let arguments: Vec<_> = std::env::args().skip(1).collect();
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    match run(&arguments).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("two-services: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(arguments: &[&str]) -> Result<()> {
    match *arguments {
        [] => both::run().await,
        ["store", addr] => store::serve(address(addr)?).await,
        // Started by `both` with a pipe as input, so that the child does not outlive its parent.
        ["store", addr, "--while-input"] => tokio::select! {
            result = store::serve(address(addr)?) => result,
            () = both::end_of_input() => Ok(()),
        },
        ["web", addr, store] => {
            let web = web::open(address(addr)?, address(store)?).await?;
            println!("web: http://{}/pay", web.addr);
            web.serve().await
        }
        _ => Err(USAGE.into()),
    }
}

fn address(text: &str) -> Result<SocketAddr> {
    let wrong = |_| format!("{text:?} is not an address: expected one such as 127.0.0.1:8080");
    Ok(text.parse().map_err(wrong)?)
}
