//! What reviewers would otherwise have to look for, in every file of the repository.
#![expect(
    clippy::needless_pass_by_value,
    clippy::needless_raw_string_hashes,
    reason = "expected texts are written where they are used, by `UPDATE_EXPECT=1`"
)]

mod arrows;
mod book;
mod changelog;
mod files;
mod links;
mod machines;
mod manifests;
mod sources;
mod tokens;

/// Fails with all that was found, so that one run tells everything.
#[track_caller]
fn report(findings: impl IntoIterator<Item = String>) {
    let findings: Vec<_> = findings.into_iter().collect();
    assert!(findings.is_empty(), "\n\n{}\n", findings.join("\n"));
}
