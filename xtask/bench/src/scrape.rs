//! Measures the time of a scrape.

use crate::{
    arguments::Arguments,
    child::Setting,
    programs::CROWD,
    report::Report,
    rounds::{Measurement, Measurements},
    table::{Table, nanos, times},
};

/// Names of candidates, and their titles in the table.
const CANDIDATES: [(&str, &str); 11] = [
    ("snapshot", "snapshot"),
    ("openmetrics", "encode a snapshot in OpenMetrics"),
    ("text", "encode a snapshot in text 0.0.4"),
    (
        "protobuf",
        "encode a snapshot in protobuf, with native histograms",
    ),
    ("scrape/openmetrics", "snapshot and OpenMetrics"),
    ("scrape/text", "snapshot and text 0.0.4"),
    ("scrape/protobuf", "snapshot and protobuf"),
    ("scrape/openmetrics/gzip", "snapshot, OpenMetrics and gzip"),
    ("scrape/text/gzip", "snapshot, text 0.0.4 and gzip"),
    ("scrape/protobuf/gzip", "snapshot, protobuf and gzip"),
    (RIVAL, "`prometheus-client` 0.26, OpenMetrics"),
];
const RIVAL: &str = "prometheus-client";

pub(crate) fn measure(arguments: &Arguments, report: &mut Report) -> Result<(), String> {
    let mut measurements = Measurements::default();
    for (candidate, _) in CANDIDATES {
        measurements.add(
            Measurement::new(CROWD, candidate, Setting::ALONE),
            arguments,
        )?;
    }
    measurements.run(arguments.rounds())?;
    let table = table(&mut measurements)?;
    report.section("A scrape", &table);
    if !table.is_empty() {
        report.note(
            "1,000 functions that return `Result`, each called by 4 instrumented callers, on 8 \
             threads. `prometheus-client` has the same number of series with the same labels and \
             values, and is not compressed. Protobuf has a native histogram in each histogram, beside the classic \
             buckets; its number of series is that of the text format. gzip is that of an HTTP \
             answer (feature `prometheus-exporter-gzip`), which compresses with level 1.",
        );
    }
    for (program, reason) in &measurements.absent {
        report.note(&format!("{} could not be scraped: {reason}", program.title));
    }
    Ok(())
}

fn table(measurements: &mut Measurements) -> Result<Table, String> {
    let mut table = Table::new([
        "per scrape",
        "series",
        "kB",
        "min ms",
        "median ms",
        "p90 ms",
        "min ns/series",
        "median ns/series",
        "per series ÷ prometheus-client",
    ]);
    let unknown = (f64::NAN, f64::NAN);
    let (rival_series, _) = measurements.size(CROWD, RIVAL)?.unwrap_or(unknown);
    for (candidate, title) in CANDIDATES {
        let (series, bytes) = measurements.size(CROWD, candidate)?.unwrap_or(unknown);
        let rival = measurements.find(CROWD, RIVAL, Setting::ALONE);
        let Some(Measurement { time, .. }) = measurements.find(CROWD, candidate, Setting::ALONE)
        else {
            continue;
        };
        let ratio = rival.map_or(f64::NAN, |rival| time.per(&rival.time).median());
        let millis = |time: f64| format!("{:.2}", time / 1e6);
        table.push(vec![
            title.to_owned(),
            format!("{series:.0}"),
            // A snapshot alone writes no bytes.
            if bytes > 0.0 {
                format!("{:.0}", bytes / 1000.0)
            } else {
                String::new()
            },
            millis(time.minimum()),
            millis(time.median()),
            millis(time.p90()),
            nanos(time.minimum() / series),
            nanos(time.median() / series),
            times(ratio / series * rival_series),
        ]);
    }
    Ok(table)
}
