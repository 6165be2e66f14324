//! Tests of the answers for agents, by the public client of the Model Context Protocol.

use std::net::SocketAddr;

use crate::{
    python::{self, MISSING},
    ready, repository,
};

/// Tools that must have answered.
const TOOLS: [&str; 7] = [
    "context",
    "suspects",
    "blast_radius",
    "search",
    "evidence",
    "objectives",
    "compare",
];

/// Runs the client to its end. It succeeds if all answers comply with the protocol and the schemas.
#[track_caller]
pub(crate) fn check(explorer: SocketAddr) {
    let said = ready::run(
        python::with("mcp", "tests/mcp/requirements.txt")
            .arg(repository("tests/mcp/clients.py"))
            .arg(format!("http://{explorer}/mcp")),
        MISSING,
    );
    println!("{said}");
    for mode in ["2026-07-28", "auto", "legacy"] {
        for tool in TOOLS {
            let words = format!("answered: {mode} {tool}\n");
            assert!(said.contains(&words), "{tool} never answered:\n{said}");
        }
    }
}
