//! Findings for people, in the format of compilers.

use std::fmt::Write as _;

use super::Finding;
use crate::output::printable;

pub(super) fn write(findings: &[Finding]) -> String {
    let mut out = String::new();
    for finding in findings {
        // Writing to a `String` never fails.
        let _ = writeln!(
            out,
            "{}[{}]: {}",
            finding.level.word(),
            finding.rule,
            printable(&finding.message)
        );
        if let Some(place) = &finding.place {
            let _ = writeln!(out, "  --> {}:{}", printable(&place.file), place.line);
        }
        for line in finding.detail.lines() {
            let _ = writeln!(out, "   | {}", printable(line));
        }
    }
    out
}
