//! `cargo xtask deny`: checks licences, known vulnerabilities and sources of dependencies.

use std::process::Stdio;

use crate::process;

/// Runs cargo-deny with `deny.toml`. `offline` leaves out the vulnerabilities, whose list is
/// fetched.
pub(crate) fn run(offline: bool) -> Result<(), String> {
    let installed = process::cargo()
        .args(["deny", "--version"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success());
    if !installed {
        return Err(
            "cargo-deny is not installed; `cargo install --locked cargo-deny` \
             does it, in a few minutes"
                .to_owned(),
        );
    }
    check(&["licenses", "bans", "sources"])?;
    if offline {
        println!("left out, because of --offline: known vulnerabilities");
        return Ok(());
    }
    check(&["advisories"]).map_err(|error| {
        format!(
            "{error}\n\nWithout a network the list of known vulnerabilities cannot be fetched: \
             `cargo xtask deny --offline` checks the rest."
        )
    })
}

fn check(what: &[&str]) -> Result<(), String> {
    process::run(
        process::cargo()
            .args(["deny", "--workspace", "--all-features", "check"])
            .args(what),
    )
}
