//! Options that select a Prometheus.

use clap::Args;

use super::client::Client;
use crate::{Error, error::Kind, service};

/// Options that select a Prometheus and a service, the same for every subcommand.
#[derive(Clone, Debug, Default, Args)]
#[group(skip)]
pub struct Connection {
    /// URL of a Prometheus that scrapes the program, such as `http://localhost:9090`
    #[arg(long, value_name = "PROMETHEUS_URL")]
    pub from: Option<String>,

    /// Only calls of this service, by its `service_name`; can be given more than once
    #[arg(long, value_name = "NAME", requires = "from")]
    pub service: Vec<String>,

    /// HTTP header for Prometheus, such as `X-Scope-OrgID: team`; can be given more than once
    // Clap does not parse it, because clap would print a secret that is malformed.
    #[arg(long, value_name = "NAME: VALUE", requires = "from")]
    pub header: Vec<String>,
}

impl Connection {
    /// Returns a client of the Prometheus. Sends nothing.
    ///
    /// # Errors
    ///
    /// Returns an error if `--from` is missing or an option is invalid.
    pub(crate) fn client(&self) -> Result<Client, Error> {
        let url = self.from.as_ref().ok_or(Kind::NoPrometheus)?;
        service::check(&self.service)?;
        Client::new(url, &self.header)
    }
}
