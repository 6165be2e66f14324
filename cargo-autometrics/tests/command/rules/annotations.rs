//! Annotations lead to the cause, and are text to every receiver.

use expect_test::expect;
use saphyr::{LoadableYamlNode as _, Yaml};

use super::{CHECKOUT, program};
use crate::{
    command,
    objects::{elf, function, promised, section, write},
    text,
};

/// Returns the annotations of all alerts with their names, in the order of the file.
fn annotations(program: &str) -> Vec<(String, String)> {
    let output = command(&[
        "rules",
        "--artifact",
        program,
        "--exhausted-alert",
        "--exhaustion-alert",
        "3d",
        "--by",
        "env",
        "--match",
        "cluster=eu",
    ])
    .output()
    .unwrap();
    let documents = Yaml::load_from_str(text(&output.stdout)).unwrap();
    let mut annotations = Vec::new();
    for group in documents[0]["groups"].as_vec().unwrap() {
        for rule in group["rules"].as_vec().unwrap() {
            let texts = rule.as_mapping_get("annotations");
            for (name, text) in texts.into_iter().flat_map(|it| it.as_mapping().unwrap()) {
                let owned = |it: &Yaml<'_>| it.as_str().unwrap().to_owned();
                annotations.push((owned(name), owned(text)));
            }
        }
    }
    annotations
}

/// Alertmanager parses the details for `PagerDuty` as YAML, and would send a map if a text reads as
/// one. A line break in a plain scalar is a blank in YAML.
#[test]
fn no_annotation_reads_as_a_map_in_yaml() {
    let annotations = annotations(&program("annotations-yaml"));
    assert!(annotations.len() > 50, "{}", annotations.len());
    for (name, text) in annotations {
        // Templates are replaced by words and numbers.
        let text = without_actions(&text);
        let documents = Yaml::load_from_str(&text).unwrap_or_else(|error| {
            panic!("{name}: {error}:\n{text}");
        });
        let parsed = documents[0].as_str().unwrap_or_else(|| {
            panic!("{name} is no text: {:?}\n{text}", documents[0]);
        });
        assert_eq!(parsed, text.replace('\n', " "), "{name}");
    }
}

fn without_actions(text: &str) -> String {
    let mut parts = text.split("{{ ");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (action, rest) = part.split_once("}}").unwrap();
        let is_value = action.starts_with('$') || action.starts_with('.');
        out.push_str(if is_value { "1.5" } else { "" });
        out.push_str(rest);
    }
    out
}

#[test]
fn alerts_have_the_command_that_finds_the_cause() {
    let annotations = annotations(&program("annotations-command"));
    let with = |name: &str| annotations.iter().filter(|it| it.0 == name).count();
    // The alert about missing metrics has no queries either.
    assert_eq!(with("command"), with("queries"));
    let mut commands = annotations.iter().filter(|(name, _)| name == "command");
    expect![[r#"cargo autometrics suspects --from PROMETHEUS_URL --objective checkout{{ with $labels.service_name }} --service '{{ reReplaceAll "'" "'\\''" . }}'{{ end }}"#]]
        .assert_eq(&commands.next().unwrap().1);
}

#[test]
fn queries_show_the_functions_below_the_objective_and_their_callers() {
    let program = write(
        "annotations-below",
        &elf(
            ".autometrics0",
            &section![
                promised(
                    function(
                        "shop::checkout",
                        "place_order",
                        30,
                        "payment::charge\n.reserve"
                    ),
                    &[CHECKOUT]
                ),
                function("shop::payment", "charge", 12, "self::send"),
                function("shop::payment", "send", 20, ""),
                function("shop::stock", "Stock::reserve", 9, ""),
                function("shop::search", "find", 7, ""),
            ],
        ),
    );
    let queries: Vec<_> = annotations(&program)
        .into_iter()
        .filter(|(name, _)| name == "queries")
        .map(|(_, text)| text)
        .collect();
    expect![[r#"
        failing functions by error kind → topk(10, sum by (module, function, error) (rate(function_calls_total{result="error",module=~"shop::checkout|shop::payment|shop::stock",function=~"Stock::reserve|charge|place_order|send",cluster="eu",service_name={{ $labels.service_name | printf "%q" }},env={{ $labels.env | printf "%q" }}}[5m])) > 0)
        callers of failing functions → topk(10, sum by (function, caller_module, caller_function) (rate(function_calls_total{result="error",module="shop::checkout",function="place_order",cluster="eu",service_name={{ $labels.service_name | printf "%q" }},env={{ $labels.env | printf "%q" }}}[5m])) > 0)
        functions with cancelled calls → topk(10, sum by (module, function) (rate(function_calls_cancelled_total{module=~"shop::checkout|shop::payment|shop::stock",function=~"Stock::reserve|charge|place_order|send",cluster="eu",service_name={{ $labels.service_name | printf "%q" }},env={{ $labels.env | printf "%q" }}}[5m])) > 0)
        burn rates by window → {__name__=~"slo:burn_rate:.+",cluster="eu",objective_name="checkout",package="shop",sli="success",service_name={{ $labels.service_name | printf "%q" }},env={{ $labels.env | printf "%q" }}}"#]].assert_eq(&queries[0]);
    let latency = queries.iter().find(|text| text.contains("percentile"));
    expect![[r#"
        functions with slow calls → topk(10, sum by (module, function) (rate(function_objective_calls_total{objective_name="checkout",sli="latency",package="shop",outcome="bad",cluster="eu",service_name={{ $labels.service_name | printf "%q" }},env={{ $labels.env | printf "%q" }}}[5m])) > 0)
        slowest functions by 99th percentile → topk(10, (histogram_quantile(0.99, sum by (module, function) (rate(function_calls_duration_seconds{module=~"shop::checkout|shop::payment|shop::stock",function=~"Stock::reserve|charge|place_order|send",cluster="eu",service_name={{ $labels.service_name | printf "%q" }},env={{ $labels.env | printf "%q" }}}[5m]))) or histogram_quantile(0.99, sum by (le, module, function) (rate(function_calls_duration_seconds_bucket{module=~"shop::checkout|shop::payment|shop::stock",function=~"Stock::reserve|charge|place_order|send",cluster="eu",service_name={{ $labels.service_name | printf "%q" }},env={{ $labels.env | printf "%q" }}}[5m])))) > 0)
        functions with cancelled calls → topk(10, sum by (module, function) (rate(function_calls_cancelled_total{module=~"shop::checkout|shop::payment|shop::stock",function=~"Stock::reserve|charge|place_order|send",cluster="eu",service_name={{ $labels.service_name | printf "%q" }},env={{ $labels.env | printf "%q" }}}[5m])) > 0)
        burn rates by window → {__name__=~"slo:burn_rate:.+",cluster="eu",objective_name="checkout",package="shop",sli="latency",service_name={{ $labels.service_name | printf "%q" }},env={{ $labels.env | printf "%q" }}}"#]].assert_eq(latency.unwrap());
}
