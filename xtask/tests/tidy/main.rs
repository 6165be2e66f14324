//! Checks that spare reviewers work, for all files of the repository.
#![expect(
    clippy::needless_pass_by_value,
    clippy::needless_raw_string_hashes,
    reason = "expected texts are written where they are used, by `UPDATE_EXPECT=1`"
)]

mod arrows;
mod book;
mod changelog;
mod compiled;
mod examples;
mod files;
mod layers;
mod links;
mod machines;
mod manifests;
mod sources;
mod tokens;
mod words;

/// Fails with all findings, so that one run shows everything.
#[track_caller]
fn report(findings: impl IntoIterator<Item = String>) {
    let findings: Vec<_> = findings.into_iter().collect();
    assert!(findings.is_empty(), "\n\n{}\n", findings.join("\n"));
}
