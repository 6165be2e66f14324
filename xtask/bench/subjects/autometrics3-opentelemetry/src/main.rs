//! Autometrics 3.0, recording with the crate `opentelemetry`.

#[path = "../../autometrics3.rs"]
mod autometrics3;

use std::{process::ExitCode, time::Duration};

use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};

fn main() -> ExitCode {
    // Without a provider nothing is recorded. Autometrics 3.0 no longer provides one for this back
    // end: its own exporter is commented out.
    let reader = PeriodicReader::builder(InMemoryMetricExporter::default())
        .with_interval(Duration::from_hours(1))
        .build();
    opentelemetry::global::set_meter_provider(
        SdkMeterProvider::builder().with_reader(reader).build(),
    );
    harness::serve(&harness::Program::with(autometrics3::candidates()))
}
