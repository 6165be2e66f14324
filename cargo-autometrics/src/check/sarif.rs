//! Findings as [SARIF 2.1.0].
//!
//! [SARIF 2.1.0]: https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html

use serde_json::{Value, json};

use super::{Finding, finding::RULES};
use crate::output;

pub(super) fn write(findings: &[Finding]) -> String {
    let rules: Vec<Value> = RULES
        .iter()
        .map(|(id, about)| json!({ "id": id, "shortDescription": { "text": about } }))
        .collect();
    let results: Vec<Value> = findings.iter().map(result).collect();
    output::json(&json!({
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": {
                "driver": {
                    "name": "cargo-autometrics",
                    "version": env!("CARGO_PKG_VERSION"),
                    "rules": rules,
                }
            },
            "results": results,
        }],
    }))
}

fn result(finding: &Finding) -> Value {
    let mut text = finding.message.clone();
    if !finding.detail.is_empty() {
        text.push('\n');
        text.push_str(&finding.detail);
    }
    let locations: Vec<Value> = finding
        .place
        .iter()
        .map(|place| {
            json!({
                "physicalLocation": {
                    "artifactLocation": { "uri": uri(&place.file) },
                    "region": { "startLine": place.line.max(1) },
                }
            })
        })
        .collect();
    json!({
        "ruleId": finding.rule,
        "level": finding.level.word(),
        "message": { "text": text },
        "locations": locations,
    })
}

/// Returns `path` as a relative reference, with other characters percent-encoded.
fn uri(path: &str) -> String {
    path.bytes()
        .map(|byte| {
            let c = char::from(byte);
            if c.is_ascii_alphanumeric() || "-._~/".contains(c) {
                c.to_string()
            } else {
                format!("%{byte:02X}")
            }
        })
        .collect()
}
