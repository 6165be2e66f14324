//! Tests of the API by Schemathesis, with requests that its description allows, and others that it
//! does not.

use std::{net::SocketAddr, process::Command};

use crate::{
    python::{self, MISSING},
    ready, repository,
};

const OPERATIONS: [&str; 6] = [
    "functions",
    "graph",
    "series",
    "objectives",
    "suspects",
    "events",
];

/// Runs Schemathesis to its end. It succeeds if it has found nothing.
#[track_caller]
pub(crate) fn check(explorer: SocketAddr) {
    let url = format!("http://{explorer}");
    let folder = tempfile::tempdir().unwrap();
    let said = ready::run(
        schemathesis()
            // Schemathesis would otherwise keep files here, and use them in the next run.
            .current_dir(folder.path())
            .arg("--config-file")
            .arg(repository("tests/openapi/schemathesis.toml"))
            .args(["run", &format!("{url}/api/v1/openapi.json"), "--url", &url])
            .env("SCHEMATHESIS_HOOKS", repository("tests/openapi/hooks.py"))
            .env("EXPLORER_URL", &url),
        MISSING,
    );
    println!("{said}");
    // Each operation must also have answered with success.
    for operation in OPERATIONS {
        let words = format!("answered: GET /api/v1/{operation} 200: ");
        assert!(said.contains(&words), "{operation} never answered:\n{said}");
    }
}

/// Returns a command of Schemathesis.
fn schemathesis() -> Command {
    let mut python = python::with("schemathesis", "tests/openapi/requirements.txt");
    python.args(["-m", "schemathesis.cli"]);
    python
}
