//! Tests the contents of HTTP requests.

use std::{collections::BTreeMap, time::Duration};

use autometrics_otlp::{Compression, Exporter, Running};
use opentelemetry_proto::tonic::collector::metrics::v1::{
    ExportMetricsPartialSuccess as Partial, ExportMetricsServiceResponse as Response,
};
use prost::Message as _;

use crate::{
    collector::{Behaviour, Collector, Received},
    page,
    program::shop,
};

pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// Returns an exporter to `collector` that exports only on flush and shutdown, and once after a
/// second.
pub(crate) fn exporter(collector: &Collector) -> Exporter {
    Exporter::new()
        .snapshot_source(shop)
        .endpoint(collector.url())
        .interval(Duration::from_secs(3600))
}

/// Returns the request that `exporter` sends for a flush.
fn sent(collector: &Collector, exporter: Exporter) -> Received {
    let running = exporter.start().unwrap();
    running.flush(PATIENCE).unwrap();
    running.shutdown(PATIENCE).unwrap();
    collector.requests(1).remove(0)
}

fn resource(received: &Received) -> BTreeMap<&str, &str> {
    let resource = received.export.resource_metrics[0].resource.as_ref();
    let attributes = resource.unwrap().attributes.iter();
    attributes
        .map(|attribute| (&*attribute.key, page::text(attribute)))
        .collect()
}

#[test]
fn default_request_is_a_gzipped_post() {
    let collector = Collector::new(Behaviour::Accept);
    let request = sent(&collector, exporter(&collector));
    assert_eq!(request.line, "POST /v1/metrics HTTP/1.1");
    let header = |name: &str| request.headers.get(name).map(String::as_str);
    assert_eq!(header("content-type"), Some("application/x-protobuf"));
    assert_eq!(header("content-encoding"), Some("gzip"));
    let agent = format!(
        "OTel-OTLP-Exporter-Rust-autometrics/{}",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(header("user-agent"), Some(&*agent));
    assert_eq!(page::numbers(&request.export, "function.calls").len(), 7);
}

#[test]
fn builder_settings_appear_in_the_request() {
    let collector = Collector::new(Behaviour::Accept);
    let exporter = exporter(&collector)
        .metrics_endpoint(format!("{}/elsewhere/?a=b", collector.url()))
        .compression(Compression::None)
        .header("Authorization", "Bearer secret")
        .resource_attribute("deployment.environment.name", "staging")
        .resource_attribute("service.instance.id", "shop-1");
    let request = sent(&collector, exporter);
    assert_eq!(request.line, "POST /elsewhere/?a=b HTTP/1.1");
    assert_eq!(request.headers["authorization"], "Bearer secret");
    assert!(!request.headers.contains_key("content-encoding"));
    assert_eq!(
        resource(&request),
        BTreeMap::from([
            ("service.name", "shop"),
            ("service.version", "1.2.3"),
            ("service.instance.id", "shop-1"),
            ("deployment.environment.name", "staging"),
            ("telemetry.sdk.language", "rust"),
            ("telemetry.sdk.name", "autometrics"),
            ("telemetry.sdk.version", env!("CARGO_PKG_VERSION")),
        ])
    );
}

#[test]
fn instances_have_different_ids() {
    let collector = Collector::new(Behaviour::Accept);
    let ids = [(); 2].map(|()| {
        let collector = Collector::new(Behaviour::Accept);
        let request = sent(&collector, exporter(&collector));
        resource(&request)["service.instance.id"].to_owned()
    });
    assert_ne!(ids[0], ids[1]);
    let is_uuid = |id: &String| id.len() == 36 && id.as_bytes()[14] == b'4';
    assert!(ids.iter().all(is_uuid), "{ids:?}");
    collector.leave();
}

#[test]
fn start_time_stays_and_end_time_advances() {
    let collector = Collector::new(Behaviour::Accept);
    let running = exporter(&collector).start().unwrap();
    for _ in 0..3 {
        running.flush(PATIENCE).unwrap();
    }
    let exports = collector.accepted();
    let points = exports
        .iter()
        .map(|export| &page::numbers(export, "function.calls")[0]);
    let times: Vec<_> = points
        .map(|point| (point.start_time_unix_nano, point.time_unix_nano))
        .collect();
    assert_eq!(times.len(), 3);
    assert!(
        times
            .windows(2)
            .all(|two| two[0].0 == two[1].0 && two[0].1 < two[1].1)
    );
    running.shutdown(PATIENCE).unwrap();
}

#[test]
fn first_export_needs_no_flush() {
    let collector = Collector::new(Behaviour::Accept);
    let running = exporter(&collector).start().unwrap();
    collector.requests(1);
    running.shutdown(PATIENCE).unwrap();
    assert_eq!(collector.accepted().len(), 2);
}

#[test]
fn rejected_points_are_not_sent_again() {
    let response = Response {
        partial_success: Some(Partial {
            rejected_data_points: 3,
            error_message: "too old".to_owned(),
        }),
    };
    let collector = Collector::new(Behaviour::Body(response.encode_to_vec()));
    let running = exporter(&collector).start().unwrap();
    running.flush(PATIENCE).unwrap();
    running.shutdown(PATIENCE).unwrap();
    assert_eq!(collector.requests(2).len(), 2);
}

#[test]
fn invalid_builder_settings_are_errors() {
    let start = |exporter: Exporter| exporter.start().map(|_: Running| ()).unwrap_err();
    let new = || Exporter::new().snapshot_source(shop);
    let found = [
        start(new().endpoint("collector:4318")),
        start(new().endpoint("ftp://collector")),
        start(new().metrics_endpoint("http://collector:70000/")),
        start(new().endpoint("http://")),
        start(new().header("a b", "c")),
        start(new().header("content-type", "text/plain")),
        start(new().header("authorization", "a\nb")),
        start(new().resource_attribute("service.name", "shop")),
        start(new().interval(Duration::ZERO)),
    ];
    let found: Vec<_> = found.iter().map(ToString::to_string).collect();
    expect_test::expect![[r#"
        endpoint `collector:4318`: write a URL such as http://localhost:4318
        endpoint `ftp://collector`: write a URL such as http://localhost:4318
        metrics endpoint `http://collector:70000/`: write a URL such as http://localhost:4318
        endpoint `http://`: write a URL such as http://localhost:4318
        header 1 has no valid name: write name=value pairs separated by commas
        header 1 has a name that is reserved for the exporter, such as content-type
        header 1 has a value with characters that are invalid in headers
        resource attribute `service.name`: set the service name with `Settings::service_name`, so that all exporters use it
        interval `0ns`: choose 1 ms to 24 days"#]].assert_eq(&found.join("\n"));
}
