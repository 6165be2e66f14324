//! Runs the program and compares its output.

use std::process::Command;

use expect_test::expect;

#[test]
fn all_ways_export_the_same_totals() {
    let mut program = Command::new(env!("CARGO_BIN_EXE_every-way"));
    // Removes variables that would send exports elsewhere.
    for (name, _) in std::env::vars() {
        if name.starts_with("OTEL_") || name.to_ascii_uppercase().ends_with("_PROXY") {
            program.env_remove(name);
        }
    }
    let output = program.output().unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    expect![[r"
        way                                  calls errors cancelled good bad latencies exemplars
        prometheus, text 0.0.4                  13      4         1    3   3        13         0
        prometheus, OpenMetrics                 13      4         1    3   3        13         3
        registry of prometheus-client 0.25      13      4         1    3   3        13         0
        registry of prometheus-client 0.26      13      4         1    3   3        13         0
        registry of prometheus 0.14             13      4         1    3   3        13         0
        page of metrics-exporter-prometheus     13      4         1    3   3        13         0
        instruments of opentelemetry 0.33       13      4         1    3   3         -         0
        requests of opentelemetry-otlp          13      4         1    3   3        13         3
        otlp                                    13      4         1    3   3        13         3
    "]]
    .assert_eq(&String::from_utf8_lossy(&output.stdout));
}
