//! `mcp`: a server of tools for agents, over standard input and output.

use std::io;

use autometrics_context::{
    mcp::{Server, ServerInfo, serve_lines},
    tools::{self, CallError},
};

use super::code::Code;
use crate::{
    Error,
    artifact::Selection,
    error::Kind,
    fleet::{Fleet, FleetOptions, Given},
};

/// Instructions for the model that calls the tools.
const INSTRUCTIONS: &str = "Observed calls of the functions of all programs that a Prometheus scrapes. Ask `suspects` \
                            for the cause of errors or latency, `compare` after a deployment, and `context` before \
                            changing a function.";

/// Answers messages until the end of standard input. Each answer is about the moment of its
/// question, or about that of `--at`.
///
/// # Errors
///
/// Returns an error if the program cannot be read, an option is invalid, Prometheus does not have the
/// selected service, or standard input or output fails. A Prometheus that does not answer is an error of the single question.
pub fn run(options: &FleetOptions, selection: &Selection) -> Result<(), Error> {
    let has_prometheus = options.connection.from.is_some();
    let given = if has_prometheus {
        // A mistake in an option ends the command, and not every question.
        options.connection.client()?;
        Given::Optional
    } else {
        Given::Always
    };
    let program = selection.program(given)?;
    if has_prometheus {
        let fleet = Fleet::new(options, program.as_ref());
        if let Some(error) = fleet.err().filter(Error::is_about_services) {
            return Err(error);
        }
    }
    let server = Server::new(ServerInfo {
        name: "autometrics",
        version: env!("CARGO_PKG_VERSION"),
        instructions: INSTRUCTIONS,
        tools: tools::list(),
    });
    let call = |name: &str, arguments: &serde_json::Value| match &program {
        Some(program) if !has_prometheus => tools::call(&Code { program }, name, arguments),
        program => {
            let fleet = Fleet::new(options, program.as_ref());
            let fleet = fleet.map_err(|error| CallError::Failed(error.to_string()))?;
            tools::call(&fleet, name, arguments)
        }
    };
    let (input, output) = (io::stdin().lock(), io::stdout().lock());
    serve_lines(&server, input, output, call).map_err(|source| Kind::Output { source }.into())
}
