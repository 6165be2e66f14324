//! The command line of the shop.

use std::{
    net::{IpAddr, Ipv4Addr, SocketAddr},
    path::PathBuf,
    time::Duration,
};

use clap::Parser;

use crate::{
    faults::Faults,
    value_parsers::{in_a_folder, rate, seconds},
};

/// Address of the shop unless another one is set.
pub(crate) const DEFAULT_ADDR: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8080);

/// A web shop that is instrumented with autometrics
// One paragraph only, so that `-h` and `--help` show the same short page.
#[derive(Debug, Parser)]
#[command(name = "shop", version, max_term_width = 100)]
#[command(after_help = "\
It serves a catalogue, carts and a checkout from an SQLite database in a temporary folder, sends \
itself requests of customers over HTTP, and shows the metrics of its functions on the terminal. Prometheus \
scrapes them at /metrics. Ctrl-C stops the shop.

The page of the explorer shows the same live, with the causes of errors and of slow calls.

Addresses and faults can also be set in the environment: SHOP_ADDR, AUTOMETRICS_EXPLORER_ADDR, SHOP_DECLINES …

  shop                           a shop with customers
  shop --payment-failures 0.6    an outage of the payment provider
  … --faults-after 120           that begins after two minutes without it, for comparison
  … --faults-for 60              and ends after a minute
  shop --no-load                 a shop without customers, for requests of your own")]
pub(crate) struct Options {
    /// Address of the shop [default: 127.0.0.1:8080, or a free port if that is taken]
    #[arg(long, value_name = "ADDR", env = "SHOP_ADDR", hide_env = true)]
    pub(crate) addr: Option<SocketAddr>,

    /// Address of the explorer [default: 127.0.0.1:9464, or a free port if that is taken]
    #[arg(long, value_name = "ADDR", conflicts_with = "target")]
    #[arg(env = "AUTOMETRICS_EXPLORER_ADDR", hide_env = true)]
    pub(crate) explorer: Option<SocketAddr>,

    /// URL of a Collector that gets spans as OTLP/HTTP; histograms then have exemplars of them
    #[arg(long, value_name = "URL", conflicts_with = "target")]
    #[arg(env = "OTEL_EXPORTER_OTLP_ENDPOINT", hide_env = true)]
    pub(crate) traces: Option<String>,

    /// Time after which the program stops by itself
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(crate) duration: Option<Duration>,

    /// Seed of the random actions of customers and of faults
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,

    /// Initial stock of each product
    #[arg(long, value_name = "N", default_value_t = 25)]
    pub(crate) stock: u32,

    /// Requests per second of all customers together; 0 for as many as are answered
    #[arg(long, value_name = "N", default_value_t = 60.0, value_parser = rate, help_heading = "Customers")]
    pub(crate) rps: f64,

    /// Number of concurrent customers
    #[arg(
        long,
        value_name = "N",
        default_value_t = 16,
        help_heading = "Customers"
    )]
    #[arg(value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(crate) clients: u32,

    /// Exact number of requests to send before the end
    #[arg(long, value_name = "N", help_heading = "Customers")]
    pub(crate) requests: Option<u64>,

    /// JSON file for a final report of requests and answers
    #[arg(long, value_name = "FILE", help_heading = "Customers")]
    #[arg(value_parser = in_a_folder)]
    pub(crate) report: Option<PathBuf>,

    /// Address of a running shop to send the customers to, instead of opening one
    #[arg(long, value_name = "ADDR", help_heading = "Customers")]
    #[arg(conflicts_with_all = ["addr", "no_load"])]
    pub(crate) target: Option<SocketAddr>,

    /// Start no customers
    #[arg(long, help_heading = "Customers")]
    #[arg(conflicts_with_all = ["rps", "clients", "requests", "report"])]
    pub(crate) no_load: bool,

    #[command(flatten)]
    pub(crate) faults: Faults,
}
