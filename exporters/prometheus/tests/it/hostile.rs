//! Tests label values that try to break out of their quotes.

use std::collections::BTreeSet;

use autometrics_core::{Caller, Function, Outcome, Snapshot};
use autometrics_prometheus::{Format, encode};

use crate::program::edge;
use crate::{openmetrics, text};

fn values() -> Vec<String> {
    let mut values: Vec<String> = [
        "",
        "\"",
        "\\",
        "\\\\",
        "\\\"",
        "\\n",
        "\n",
        "\n\n# EOF\n",
        "\r\n",
        "a\"} 1\nfunction_calls_total{b=\"",
        "{,}=",
        "naïve_函数_🦀",
        "\u{0}\u{1b}\u{7f}\u{feff}",
        "__overflow__",
        " x ",
        "a\\",
    ]
    .map(String::from)
    .to_vec();
    values.push("x\"\\\n".repeat(2500));
    values
}

fn snapshot(service: &str) -> Snapshot {
    let mut snapshot = Snapshot::new(service.to_owned());
    snapshot.build.version = service.to_owned().into();
    for (at, value) in values().into_iter().enumerate() {
        snapshot
            .functions
            .push(Function::new(value.clone(), value.clone()));
        let callers = [Caller::None, Caller::Function(at)];
        for caller in callers {
            snapshot.edges.push(edge(
                at,
                caller,
                Outcome::Error(Some(value.clone().into())),
                &[1],
                0.5,
            ));
        }
    }
    // The function with an empty name, called by itself, would have the same labels as a call
    // without caller.
    snapshot.edges.remove(1);
    snapshot
}

#[test]
fn every_label_value_reads_back() {
    let expected: BTreeSet<String> = values().into_iter().collect();
    for service in values() {
        let snapshot = snapshot(&service);
        let open_metrics = openmetrics::parse(&encode(&snapshot, Format::OpenMetrics)).samples();
        assert_eq!(open_metrics, text::parse(&encode(&snapshot, Format::Text)));
        let seen = |label: &str| -> BTreeSet<String> {
            let calls = open_metrics
                .keys()
                .filter(|(name, _)| name == "function_calls_total");
            calls
                .map(|(_, labels)| labels.get(label).cloned().unwrap_or_default())
                .collect()
        };
        for label in [
            "function",
            "module",
            "caller_function",
            "caller_module",
            "error",
        ] {
            assert_eq!(seen(label), expected, "{label}");
        }
        assert_eq!(seen("service_name"), BTreeSet::from([service]));
    }
}
