//! Tests appending to pages of other libraries.

use autometrics_prometheus::{Format, append_from, encode};
use expect_test::expect;
use metrics_exporter_prometheus::PrometheusBuilder;

use crate::exemplars::traced;
use crate::openmetrics;
use crate::program::shop;
use crate::promtool::promtool_check_metrics;
use crate::text;

/// Returns a page that `metrics-exporter-prometheus` renders for a program with these gauges.
fn rendered(gauges: &[&'static str]) -> String {
    let recorder = PrometheusBuilder::new().build_recorder();
    metrics::with_local_recorder(&recorder, || {
        for &name in gauges {
            metrics::describe_gauge!(name, "A gauge of the program");
            metrics::gauge!(name, "rustc" => "1.85").set(1.0);
        }
        metrics::describe_counter!("carts_total", "Carts so far");
        metrics::describe_histogram!("cart_size", "Things in a cart");
        metrics::counter!("carts_total").increment(3);
        metrics::histogram!("cart_size").record(2.0);
    });
    recorder.handle().render()
}

#[test]
fn metrics_are_appended_to_a_rendered_page() {
    let theirs = rendered(&["open_carts"]);
    let mut page = theirs.clone();
    append_from(&mut page, &shop());
    assert_eq!(page, theirs + &encode(&shop(), Format::Text));
    let said = promtool_check_metrics(&page);
    assert!(said.status.success(), "{said:?}");
}

#[test]
fn shared_family_has_one_descriptor() {
    let mut page = rendered(&["build_info"]);
    append_from(&mut page, &shop());
    let of_it: Vec<_> = page.lines().filter(|l| l.contains("build_info")).collect();
    expect![[r##"
        # HELP build_info A gauge of the program
        # TYPE build_info gauge
        build_info{rustc="1.85"} 1
        build_info{version="1.2.3",commit="",branch="",service_name="shop",repository_url="https://code.example/shop",repository_provider="",autometrics_version="1.0.0"} 1"##]]
    .assert_eq(&of_it.join("\n"));
    let said = promtool_check_metrics(&page);
    assert!(said.status.success(), "{said:?}");
}

#[test]
fn page_may_end_with_or_without_line_feeds() {
    let ours = encode(&shop(), Format::Text);
    for (page, before) in [
        ("", ""),
        ("carts 3", "carts 3\n"),
        ("carts 3\n\n", "carts 3\n\n"),
    ] {
        let mut page = page.to_owned();
        append_from(&mut page, &shop());
        assert_eq!(page, before.to_owned() + &ours);
    }
    let mut page = "carts 3\n".to_owned();
    append_from(&mut page, &shop());
    assert!(!text::parse(page.trim_start_matches("carts 3\n")).is_empty());
}

#[test]
fn openmetrics_page_ends_once_and_has_exemplars() {
    for end in ["# EOF", "# EOF\n"] {
        let mut page = format!("# HELP carts Carts\n# TYPE carts gauge\ncarts 3\n{end}");
        append_from(&mut page, &traced());
        let families = openmetrics::parse(&page).families;
        assert_eq!(families[0].name, "carts");
        let exemplars: usize = families.iter().map(|family| family.exemplars.len()).sum();
        assert_eq!(exemplars, 3);
    }
}

#[test]
fn help_text_that_ends_in_eof_does_not_end_the_page() {
    let mut page = "# HELP carts not # EOF".to_owned();
    append_from(&mut page, &shop());
    assert!(page.starts_with("# HELP carts not # EOF\n# HELP build_info"));
    assert!(!page.ends_with("# EOF\n"));
}
