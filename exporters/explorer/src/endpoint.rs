//! Endpoint for agents: its tools and its token.

use autometrics_context::{
    mcp::{Server, ServerInfo},
    tools,
};

use crate::token::Token;

/// Instructions for the model that calls the tools.
const INSTRUCTIONS: &str = "Observed calls of the functions of a running program. Ask `suspects` for the cause of \
                            errors or latency, and `context` before changing a function.";

/// Protocol and token of an explorer.
pub(crate) struct Endpoint {
    pub(crate) server: Server,
    /// Token that requests must have, if there is one.
    pub(crate) token: Option<Token>,
}

impl Endpoint {
    /// Creates the endpoint, for requests with `token` only if there is one.
    pub(crate) fn new(token: Option<Token>) -> Self {
        let server = Server::new(ServerInfo {
            name: "autometrics",
            version: env!("CARGO_PKG_VERSION"),
            instructions: INSTRUCTIONS,
            tools: tools::list(),
        });
        Self { server, token }
    }
}
