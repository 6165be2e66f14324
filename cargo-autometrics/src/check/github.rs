//! Findings as [workflow commands], which GitHub shows next to the code.
//!
//! [workflow commands]: https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands

use std::fmt::Write as _;

use super::Finding;

pub(super) fn write(findings: &[Finding]) -> String {
    let mut out = String::new();
    for finding in findings {
        let mut properties = String::new();
        if let Some(place) = &finding.place {
            let _ = write!(
                properties,
                "file={},line={},",
                property(&place.file),
                place.line
            );
        }
        let mut message = finding.message.clone();
        if !finding.detail.is_empty() {
            let _ = write!(message, "\n{}", finding.detail);
        }
        // Writing to a `String` never fails.
        let _ = writeln!(
            out,
            "::{} {properties}title={}::{}",
            finding.level.word(),
            property(finding.rule),
            data(&message)
        );
    }
    out
}

/// Escapes a message: a command ends with its line.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}

/// Escapes a property, which also ends with a comma or a colon.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}
