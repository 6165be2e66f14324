//! Options of the commands that answer questions over a Prometheus.

use clap::Args;

use super::moment;
use crate::{Error, artifact::Selection, program::Program, prometheus::Connection};

/// Options that select a Prometheus, a service and a moment.
#[derive(Clone, Debug, Default, Args)]
#[group(skip)]
pub struct FleetOptions {
    /// Prometheus and service.
    #[command(flatten)]
    pub connection: Connection,

    /// Moment of the answer: Unix seconds, or a time such as `2026-11-30T12:00:00Z`; without it, now
    #[arg(long, value_name = "TIME", requires = "from", value_parser = moment::parse)]
    pub at: Option<f64>,
}

/// Program whose records have the places of functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Given {
    /// The selected program, if one is selected.
    Optional,
    /// The selected program, or else that of the current directory.
    Always,
}

impl Selection {
    /// Reads the selected program; `None` if none is selected and it is optional.
    pub(crate) fn program(&self, given: Given) -> Result<Option<Program>, Error> {
        if given == Given::Optional && self.typed().is_empty() {
            return Ok(None);
        }
        Program::read(&self.artifacts()?).map(Some)
    }
}
