//! Exemplars have the span ids that OpenTelemetry exports for `#[instrument_fn(span)]`.

use std::collections::BTreeMap;

use autometrics::{Settings, instrument_fn, opentelemetry_0_33::ActiveSpan, snapshot};
use opentelemetry::trace::{Tracer as _, TracerProvider as _};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider};
use tracing_subscriber::{Registry, layer::SubscriberExt as _};

#[instrument_fn(span)]
fn outer() {
    inner();
}

#[instrument_fn(span)]
fn inner() {}

#[instrument_fn(span)]
async fn waits() {
    tokio::task::yield_now().await;
    inner_of_it().await;
}

#[instrument_fn(span)]
async fn inner_of_it() {
    tokio::task::yield_now().await;
}

#[instrument_fn]
fn in_a_span_by_hand() {}

/// One test, because the trace source belongs to the process.
#[test]
fn exemplar_has_the_exported_span() {
    Settings::new().trace_source(ActiveSpan).apply().unwrap();
    let exporter = InMemorySpanExporter::default();
    let provider = SdkTracerProvider::builder()
        .with_simple_exporter(exporter.clone())
        .build();
    let tracer = provider.tracer("test");
    let layer = tracing_opentelemetry::layer().with_tracer(tracer.clone());
    tracing::subscriber::with_default(Registry::default().with(layer), || {
        outer();
        tokio::runtime::Builder::new_current_thread()
            .build()
            .unwrap()
            .block_on(waits());
    });
    tracer.in_span("in_a_span_by_hand", |_| in_a_span_by_hand());

    let exported: BTreeMap<_, _> = exporter
        .get_finished_spans()
        .unwrap()
        .into_iter()
        .map(|span| {
            let context = span.span_context;
            let ids = format!("{}/{}", context.trace_id(), context.span_id());
            (span.name.into_owned(), ids)
        })
        .collect();
    let snapshot = snapshot();
    let shown: BTreeMap<_, _> = snapshot
        .exemplars
        .iter()
        .map(|exemplar| {
            let name = snapshot.functions[exemplar.function].name.to_string();
            (name, exemplar.trace.to_string())
        })
        .collect();
    assert_eq!(shown.len(), 5, "{shown:?}");
    assert_eq!(shown, exported);
}
