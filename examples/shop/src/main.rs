//! A web shop on axum and SQLite, with functions instrumented with `#[instrument_fn]`. It shows the
//! metrics that autometrics makes of their calls.
#![forbid(unsafe_code)]

mod cli;
mod objectives;
mod routes;
mod shop;

mod answer;
mod cart;
mod catalogue;
mod checkout;
mod payment;
mod store;

mod faults;
mod load;
mod result;
mod serve;
mod stop;
mod summary;
mod traces;
mod value_parsers;

use std::process::ExitCode;

use autometrics::{Settings, opentelemetry_0_33::ActiveSpan};
use clap::Parser as _;

use crate::{cli::Options, result::Result};

fn main() -> ExitCode {
    match run(&Options::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("shop: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(options: &Options) -> Result<()> {
    // Most calls of a local database take less than the first default bucket, 5 ms. The thresholds
    // of objectives become additional buckets.
    let settings = Settings::new()
        .buckets([
            0.000_1, 0.000_25, 0.000_5, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25,
            0.5, 1.0, 2.5,
        ])
        // Twice the routes, and room for work outside of requests.
        .flows(32)
        .build_info(autometrics::build_info!());
    // An empty variable is treated like a missing one.
    let collector = options.traces.as_deref().filter(|url| !url.is_empty());
    let spans = collector.map(traces::send).transpose()?;
    let settings = match &spans {
        Some(_) => settings.trace_source(ActiveSpan),
        None => settings,
    };
    settings.apply()?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .thread_name(summary::SERVING)
        .enable_all()
        .build()?;
    runtime.block_on(async {
        match options.target {
            Some(target) => serve::send_customers(options, target).await,
            None => serve::open_shop(options).await,
        }
    })
}
