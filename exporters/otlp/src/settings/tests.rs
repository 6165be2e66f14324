//! Settings from variables and builder, and the warnings and errors for wrong values.

use std::collections::HashMap;

use autometrics_core::Snapshot;
use expect_test::{Expect, expect};

use super::Settings;
use crate::{
    choices::{Dialect, HistogramAggregation},
    exporter::Exporter,
    variables::Variables,
};

/// Resolves the settings of `exporter` with `variables`, as lines: settings, then warnings.
fn resolve(exporter: &Exporter, variables: &[(&str, &str)]) -> String {
    let values: HashMap<&str, &str> = variables.iter().copied().collect();
    let read = |name: &str| values.get(name).map(|value| (*value).to_owned());
    let mut variables = Variables::new(&read);
    let mut lines = match Settings::resolve(&exporter.settings, &mut variables) {
        Ok(Some(settings)) => describe(&settings),
        Ok(None) => vec!["nothing is sent".to_owned()],
        Err(error) => vec![format!("error: {error}")],
    };
    let warnings = variables.into_warnings().into_iter();
    lines.extend(warnings.map(|warning| format!("warning: {warning}")));
    lines.join("\n")
}

fn describe(settings: &Settings) -> Vec<String> {
    let headers = settings.headers.iter().map(|(name, value)| {
        let value = String::from_utf8_lossy(value.as_bytes());
        format!("header {name}: {value}")
    });
    let attributes = settings.resource.iter().map(|(key, value)| {
        let is_random = key == "service.instance.id" && value.len() == 36;
        let value = if is_random { "(random)" } else { value };
        format!("attribute {key}={value}")
    });
    let first = format!(
        "{:?} to {} with {:?}, {:?}, every {:?}, within {:?} and {:?}",
        settings.protocol,
        settings.endpoint,
        settings.compression,
        settings.temporality,
        settings.interval,
        settings.timeout,
        settings.export_timeout,
    );
    let histograms = (settings.histograms != HistogramAggregation::Explicit)
        .then(|| format!("histograms {:?}", settings.histograms));
    let dialect = (settings.dialect != Dialect::Autometrics)
        .then(|| format!("dialect {:?}", settings.dialect));
    [first]
        .into_iter()
        .chain(histograms)
        .chain(dialect)
        .chain(headers)
        .chain(attributes)
        .collect()
}

fn exporter() -> Exporter {
    Exporter::new().snapshot_source(|| Snapshot::new("shop"))
}

#[track_caller]
fn check(variables: &[(&str, &str)], expect: &Expect) {
    expect.assert_eq(&resolve(&exporter(), variables));
}

#[test]
fn defaults() {
    check(
        &[],
        &expect![[r#"
        HttpProtobuf to http://localhost:4318/v1/metrics with Gzip, Cumulative, every 60s, within 10s and 30s
        attribute service.instance.id=(random)"#]],
    );
}

#[test]
fn empty_variables_count_as_unset() {
    let empty = [
        "OTEL_SDK_DISABLED",
        "OTEL_METRICS_EXPORTER",
        "OTEL_EXPORTER_OTLP_ENDPOINT",
        "OTEL_EXPORTER_OTLP_PROTOCOL",
        "OTEL_EXPORTER_OTLP_HEADERS",
        "OTEL_METRIC_EXPORT_INTERVAL",
        "OTEL_RESOURCE_ATTRIBUTES",
    ];
    let empty = empty.map(|name| (name, " "));
    assert_eq!(resolve(&exporter(), &empty), resolve(&exporter(), &[]));
}

#[test]
fn variables_for_all_signals_apply() {
    check(
        &[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:1234/base/"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "HTTP/protobuf"),
            (
                "OTEL_EXPORTER_OTLP_HEADERS",
                "authorization=Bearer%20a%3Db, x-tenant = shop , x-share=50%",
            ),
            ("OTEL_EXPORTER_OTLP_COMPRESSION", "None"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "2500"),
            ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "DELTA"),
            ("OTEL_METRIC_EXPORT_INTERVAL", "15000"),
            ("OTEL_METRIC_EXPORT_TIMEOUT", "0"),
            (
                "OTEL_RESOURCE_ATTRIBUTES",
                "service.name=other,service.instance.id=7,team=caf%C3%A9%2C%20bar",
            ),
        ],
        &expect![[r#"
            HttpProtobuf to http://collector:1234/base/v1/metrics with None, Delta, every 15s, within 2.5s and 3600s
            header authorization: Bearer a=b
            header x-tenant: shop
            header x-share: 50%
            attribute service.instance.id=7
            attribute team=café, bar"#]],
    );
}

#[test]
fn variables_for_metrics_take_precedence_over_all_signals() {
    check(
        &[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://all:1"),
            ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://metrics:2"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "a=all,b=all"),
            ("OTEL_EXPORTER_OTLP_METRICS_HEADERS", "a=metrics"),
            ("OTEL_EXPORTER_OTLP_COMPRESSION", "none"),
            ("OTEL_EXPORTER_OTLP_METRICS_COMPRESSION", "gzip"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "1"),
            ("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "2"),
        ],
        &expect![[r#"
            HttpProtobuf to http://metrics:2/ with Gzip, Cumulative, every 60s, within 2ms and 30s
            header a: metrics
            attribute service.instance.id=(random)"#]],
    );
}

#[test]
fn the_builder_takes_precedence_over_variables() {
    let exporter = exporter()
        .endpoint("http://built:1")
        .header("a", "built")
        .resource_attribute("team", "built");
    let variables = [
        ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "http://said:2"),
        ("OTEL_EXPORTER_OTLP_HEADERS", "a=said,b=said"),
        ("OTEL_RESOURCE_ATTRIBUTES", "team=said,host.name=said"),
    ];
    expect![[r#"
        HttpProtobuf to http://built:1/v1/metrics with Gzip, Cumulative, every 60s, within 10s and 30s
        header a: built
        header b: said
        attribute team=built
        attribute host.name=said
        attribute service.instance.id=(random)"#]].assert_eq(&resolve(&exporter, &variables));
}

#[test]
fn invalid_variables_are_warned_of_and_ignored() {
    check(
        &[
            ("OTEL_SDK_DISABLED", "1"),
            ("OTEL_EXPORTER_OTLP_METRICS_ENDPOINT", "collector:4318"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "http://collector:port"),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/json"),
            (
                "OTEL_EXPORTER_OTLP_HEADERS",
                "a b=1,c,content-type=2,d=%0A,e=5",
            ),
            ("OTEL_EXPORTER_OTLP_COMPRESSION", "zstd"),
            ("OTEL_EXPORTER_OTLP_METRICS_TIMEOUT", "10s"),
            ("OTEL_EXPORTER_OTLP_TIMEOUT", "2000"),
            ("OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE", "sum"),
            (
                "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION",
                "exponential_bucket_histogram",
            ),
            ("OTEL_METRIC_EXPORT_INTERVAL", "0"),
            ("OTEL_METRIC_EXPORT_TIMEOUT", "-1"),
            ("OTEL_RESOURCE_ATTRIBUTES", "a=1,b"),
        ],
        &expect![[r#"
            HttpProtobuf to http://localhost:4318/v1/metrics with Gzip, Cumulative, every 60s, within 2s and 30s
            header e: 5
            attribute service.instance.id=(random)
            warning: OTEL_SDK_DISABLED=1: write true or false; the value is ignored
            warning: OTEL_EXPORTER_OTLP_PROTOCOL=http/json: write http/protobuf or grpc; the value is ignored
            warning: OTEL_EXPORTER_OTLP_METRICS_ENDPOINT=collector:4318: write a URL such as http://localhost:4318; the value is ignored
            warning: OTEL_EXPORTER_OTLP_ENDPOINT=http://collector:port: write a URL such as http://localhost:4318; the value is ignored
            warning: OTEL_EXPORTER_OTLP_HEADERS: header 1 has no valid name: write name=value pairs separated by commas; the header is not sent
            warning: OTEL_EXPORTER_OTLP_HEADERS: header 2 has no valid name: write name=value pairs separated by commas; the header is not sent
            warning: OTEL_EXPORTER_OTLP_HEADERS: header 3 has a name that is reserved for the exporter, such as content-type; the header is not sent
            warning: OTEL_EXPORTER_OTLP_HEADERS: header 4 has a value with characters that are invalid in headers; the header is not sent
            warning: OTEL_EXPORTER_OTLP_COMPRESSION=zstd: write gzip or none; the value is ignored
            warning: OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE=sum: write cumulative, delta or lowmemory; the value is ignored
            warning: OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION=exponential_bucket_histogram: write explicit_bucket_histogram or base2_exponential_bucket_histogram; the value is ignored
            warning: OTEL_METRIC_EXPORT_INTERVAL=0: write a number of milliseconds above 0; the value is ignored
            warning: OTEL_EXPORTER_OTLP_METRICS_TIMEOUT=10s: write a whole number of milliseconds from 0 to 2147483647; the value is ignored
            warning: OTEL_METRIC_EXPORT_TIMEOUT=-1: write a whole number of milliseconds from 0 to 2147483647; the value is ignored
            warning: OTEL_RESOURCE_ATTRIBUTES: write key=value pairs separated by commas, with , = % written as %2C %3D %25; the value is ignored"#]],
    );
}

#[test]
fn dialect_comes_from_builder_or_variable() {
    let name = "AUTOMETRICS_OTLP_DIALECT";
    let default = resolve(&exporter(), &[]);
    let resolved = resolve(&exporter(), &[(name, " Code ")]);
    assert!(resolved.contains("\ndialect Code\n"), "{resolved}");
    assert_eq!(
        resolve(&exporter().dialect(Dialect::Code), &[(name, "autometrics")]),
        resolved
    );
    let ours = exporter().dialect(Dialect::Autometrics);
    assert_eq!(resolve(&ours, &[(name, "code")]), default);
    let warning =
        "warning: AUTOMETRICS_OTLP_DIALECT=x: write autometrics or code; the value is ignored";
    assert_eq!(
        resolve(&exporter(), &[(name, "x")]),
        format!("{default}\n{warning}")
    );
}

#[test]
fn histogram_aggregation_comes_from_builder_or_variable() {
    let name = "OTEL_EXPORTER_OTLP_METRICS_DEFAULT_HISTOGRAM_AGGREGATION";
    let explicit = resolve(&exporter(), &[]);
    let exponential = |resolved: &str| resolved.contains("\nhistograms Exponential\n");
    for value in [
        "base2_exponential_bucket_histogram",
        "BASE2_Exponential_Bucket_Histogram",
        " base2_exponential_bucket_histogram ",
    ] {
        let resolved = resolve(&exporter(), &[(name, value)]);
        assert!(exponential(&resolved), "{resolved}");
        let exporter = exporter().histogram_aggregation(HistogramAggregation::Explicit);
        assert_eq!(resolve(&exporter, &[(name, value)]), explicit);
    }
    for value in ["explicit_bucket_histogram", "Explicit_Bucket_Histogram", ""] {
        assert_eq!(resolve(&exporter(), &[(name, value)]), explicit);
        let exporter = exporter().histogram_aggregation(HistogramAggregation::Exponential);
        assert!(exponential(&resolve(&exporter, &[(name, value)])));
    }
}

/// Part of every password, key and token in the values below. No warning or error may contain it.
const SECRET: &str = "S3cr3t";

#[track_caller]
fn tells_nothing(exporter: &Exporter, variables: &[(&str, &str)]) {
    let resolved = resolve(exporter, variables);
    let told = ["warning: ", "error: "].map(|kind| resolved.matches(kind).count());
    assert!(
        told.iter().sum::<usize>() > 0,
        "nothing is wrong: {resolved}"
    );
    assert!(!resolved.contains(SECRET), "{resolved}");
}

#[test]
fn malformed_headers_stay_secret() {
    for wrong in [
        "Authorization: Bearer S3cr3t==",
        "Authorization:Bearer S3cr3t",
        "Authorization Bearer S3cr3t=",
        "a=1,Bearer S3cr3t",
        "a=1,Basic S3cr3t=,b=2",
        "authorization=S3cr3t%0A",
        "S3cr3t\u{e9}=1",
        "\"S3cr3t\"=1",
    ] {
        for name in [
            "OTEL_EXPORTER_OTLP_HEADERS",
            "OTEL_EXPORTER_OTLP_METRICS_HEADERS",
        ] {
            tells_nothing(&exporter(), &[(name, wrong)]);
        }
    }
    for (name, value) in [
        ("Authorization: Bearer S3cr3t", ""),
        ("authorization", "S3cr3t\n"),
        ("S3cr3t\n", "1"),
    ] {
        tells_nothing(&exporter().header(name, value), &[]);
    }
}

#[test]
fn passwords_of_malformed_endpoints_stay_secret() {
    for wrong in [
        "user:S3cr3t@collector:4318",
        "htp://user:S3cr3t@collector:4318",
        "http://user:S3cr3t@collector:port",
        "http://user:S3cr3t @collector",
        "http://user:S3/cr3t@collector/S3cr3t@",
        "http://user:12/S3cr3t@collector",
        "http://user:12?S3cr3t@collector",
        "http://user:12#S3cr3t@collector",
        "http://user%3AS3cr3t%40collector:port",
        "http://collector:port/?token=S3cr3t",
        "http:///?token=S3cr3t",
    ] {
        for name in [
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
        ] {
            tells_nothing(&exporter(), &[(name, wrong)]);
        }
        tells_nothing(&exporter().endpoint(wrong), &[]);
        tells_nothing(&exporter().metrics_endpoint(wrong), &[]);
    }
}

#[test]
fn malformed_attributes_stay_secret() {
    for wrong in ["team=shop,api.key=S3cr3t%", "api.key: S3cr3t"] {
        tells_nothing(&exporter(), &[("OTEL_RESOURCE_ATTRIBUTES", wrong)]);
    }
}

#[test]
fn one_undecodable_attribute_drops_all_attributes() {
    for wrong in ["a=1,b=50%", "a=1,=2", "a=1,b=%FF", "a=1,b=%+5"] {
        let resolved = resolve(&exporter(), &[("OTEL_RESOURCE_ATTRIBUTES", wrong)]);
        let warning = "warning: OTEL_RESOURCE_ATTRIBUTES: write key=value pairs";
        assert!(resolved.contains(warning), "{resolved}");
        assert!(!resolved.contains("attribute a"), "{resolved}");
    }
}

#[test]
fn variables_can_turn_the_export_off() {
    for (name, value) in [
        ("OTEL_SDK_DISABLED", "True"),
        ("OTEL_METRICS_EXPORTER", "none"),
    ] {
        assert_eq!(resolve(&exporter(), &[(name, value)]), "nothing is sent");
    }
    let other = resolve(&exporter(), &[("OTEL_METRICS_EXPORTER", "otlp")]);
    assert_eq!(other, resolve(&exporter(), &[]));
}

#[cfg(not(feature = "grpc"))]
#[test]
fn grpc_without_its_feature_is_warned_of_and_ignored() {
    let resolved = resolve(&exporter(), &[("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc")]);
    assert!(resolved.ends_with(
        "OTEL_EXPORTER_OTLP_PROTOCOL=grpc: this program was built without feature `otlp-grpc`; the value is ignored"
    ));
}

#[cfg(not(feature = "tls"))]
#[test]
fn https_without_its_feature_is_an_error() {
    check(
        &[(
            "OTEL_EXPORTER_OTLP_ENDPOINT",
            "https://user:secret@collector",
        )],
        &expect![
            "error: cannot send to https://collector/v1/metrics: build the program with feature `otlp-tls`, or choose an endpoint with http://"
        ],
    );
}

#[cfg(feature = "grpc")]
#[test]
fn grpc_endpoints_get_scheme_and_default() {
    for (endpoint, insecure, expected) in [
        ("", "", "http://localhost:4317/"),
        ("http://collector:1", "", "http://collector:1/"),
        ("collector:4317", "true", "http://collector:4317/"),
        #[cfg(feature = "tls")]
        ("collector:4317", "", "https://collector:4317/"),
        #[cfg(feature = "tls")]
        ("https://collector:4317", "true", "https://collector:4317/"),
    ] {
        let resolved = resolve(
            &exporter(),
            &[
                ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
                ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint),
                ("OTEL_EXPORTER_OTLP_INSECURE", insecure),
            ],
        );
        let begin = format!("Grpc to {expected} with");
        assert!(resolved.starts_with(&begin), "{resolved}");
    }
}
