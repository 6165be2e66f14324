//! `cargo autometrics openslo`: the objectives of a program for other tools.

use std::fmt::Write as _;

use autometrics_schema::label;
use slo_spec::rules::{Events, Sli, Slo};

use super::{API, annotation};

/// Formats the objectives as OpenSLO v1: a `Service`, then one `SLO` for each indicator.
///
/// `service` is the name of the service that the objectives belong to.
pub fn write(slos: &[Slo], service: &str) -> String {
    let mut out = String::new();
    let mut document = Document(&mut out);
    document.line(0, "apiVersion", API);
    document.line(0, "kind", "Service");
    document.open(0, "metadata");
    document.line(1, "name", &name(service));
    document.line(1, "displayName", service);
    document.open(0, "spec");
    document.line(
        1,
        "description",
        "Objectives of a program instrumented with autometrics",
    );
    for slo in slos {
        for sli in &slo.slis {
            out.push_str("---\n");
            put(&mut Document(&mut out), slo, sli, service);
        }
    }
    out
}

fn put(document: &mut Document<'_>, slo: &Slo, sli: &Sli, service: &str) {
    document.line(0, "apiVersion", API);
    document.line(0, "kind", "SLO");
    document.open(0, "metadata");
    document.line(1, "name", &name(&format!("{}-{}", slo.name, sli.kind)));
    document.line(1, "displayName", &format!("{} ({})", slo.name, sli.kind));
    document.open(1, "annotations");
    document.line(2, annotation::OBJECTIVE, &slo.name);
    document.line(2, annotation::SLI, &sli.kind);
    if let Some(threshold) = sli.threshold {
        document.line(
            2,
            annotation::THRESHOLD,
            &format!("{}ns", threshold.as_nanos()),
        );
    }
    let package = slo.labels.iter().find(|(label, _)| label == label::PACKAGE);
    for (key, text) in [
        (
            annotation::PACKAGE,
            &package.map(|(_, value)| value.clone()),
        ),
        (annotation::OWNER, &slo.owner),
        (annotation::RUNBOOK, &slo.runbook),
    ] {
        if let Some(text) = text {
            document.line(2, key, text);
        }
    }
    document.open(0, "spec");
    let functions = slo.parts.join(", ");
    document.line(
        1,
        "description",
        &format!("{}: {functions}", sli.promise(slo.period)),
    );
    document.line(1, "service", &name(service));
    document.line(1, "budgetingMethod", "Occurrences");
    document.open(1, "indicator");
    document.open(2, "metadata");
    document.line(3, "name", &name(&format!("{}-{}", slo.name, sli.kind)));
    document.open(2, "spec");
    document.open(3, "ratioMetric");
    document.plain(4, "counter", "true");
    let (key, some) = match &sli.events {
        Events::Good(good) => ("good", good),
        Events::Bad(bad) => ("bad", bad),
    };
    for (key, selector) in [(key, some), ("total", &sli.total)] {
        document.open(4, key);
        document.open(5, "metricSource");
        document.line(6, "type", "Prometheus");
        document.open(6, "spec");
        document.line(7, "query", &selector.to_string());
    }
    document.open(1, "timeWindow");
    document.line(2, "- duration", &slo.period.to_string());
    document.plain(3, "isRolling", "true");
    document.open(1, "objectives");
    document.line(2, "- displayName", &sli.promise(slo.period));
    document.plain(3, "targetPercent", &sli.target.to_string());
}

/// Lines of YAML; texts are in double quotes.
struct Document<'a>(&'a mut String);

impl Document<'_> {
    fn open(&mut self, depth: usize, key: &str) {
        // Writing to a `String` never fails.
        let _ = writeln!(self.0, "{}{key}:", "  ".repeat(depth));
    }

    fn line(&mut self, depth: usize, key: &str, text: &str) {
        // A JSON string is also a YAML string.
        let text = serde_json::to_string(text).unwrap_or_default();
        self.plain(depth, key, &text);
    }

    fn plain(&mut self, depth: usize, key: &str, value: &str) {
        let _ = writeln!(self.0, "{}{key}: {value}", "  ".repeat(depth));
    }
}

/// Returns `text` as a name that OpenSLO accepts: a DNS label of lower case letters, digits and
/// `-`, with at most 63 characters.
fn name(text: &str) -> String {
    let mut name = String::new();
    for c in text.chars() {
        if c.is_ascii_alphanumeric() {
            name.push(c.to_ascii_lowercase());
        } else if !name.ends_with('-') && !name.is_empty() {
            name.push('-');
        }
    }
    name.truncate(63);
    let name = name.trim_end_matches('-');
    if name.is_empty() {
        "unnamed".to_owned()
    } else {
        name.to_owned()
    }
}
