//! What a scrape costs.

use crate::{
    arguments::Arguments,
    child::Setting,
    programs::CROWD,
    report::Report,
    rounds::{Lane, Race},
    table::{Table, nanos, times},
};

/// Candidates, and what the table calls them.
const CANDIDATES: [(&str, &str); 6] = [
    ("snapshot", "snapshot"),
    ("openmetrics", "encode a snapshot in OpenMetrics"),
    ("text", "encode a snapshot in text 0.0.4"),
    ("scrape/openmetrics", "snapshot and OpenMetrics"),
    ("scrape/text", "snapshot and text 0.0.4"),
    (RIVAL, "`prometheus-client` 0.25, OpenMetrics"),
];
const RIVAL: &str = "prometheus-client";

pub(crate) fn measure(arguments: &Arguments, report: &mut Report) -> Result<(), String> {
    let mut race = Race::default();
    for (candidate, _) in CANDIDATES {
        race.enter(Lane::new(CROWD, candidate, Setting::ALONE), arguments)?;
    }
    race.run(arguments.rounds())?;
    let table = table(&mut race)?;
    report.section("A scrape", &table);
    if !table.is_empty() {
        report.note(
            "1,000 functions that return `Result`, each called by 4 decorated callers, on 8 \
             threads. `prometheus-client` has the same number of series with the same labels and \
             values.",
        );
    }
    for (program, reason) in &race.absent {
        report.note(&format!("{} could not be scraped: {reason}", program.title));
    }
    Ok(())
}

fn table(race: &mut Race) -> Result<Table, String> {
    let mut table = Table::new([
        "per scrape",
        "series",
        "min ms",
        "median ms",
        "p90 ms",
        "min ns/series",
        "median ns/series",
        "per series ÷ prometheus-client",
    ]);
    let rival_size = race.size(CROWD, RIVAL)?.unwrap_or(f64::NAN);
    for (candidate, title) in CANDIDATES {
        let size = race.size(CROWD, candidate)?.unwrap_or(f64::NAN);
        let rival = race.find(CROWD, RIVAL, Setting::ALONE);
        let Some(Lane { time, .. }) = race.find(CROWD, candidate, Setting::ALONE) else {
            continue;
        };
        let ratio = rival.map_or(f64::NAN, |rival| time.per(&rival.time).median());
        let millis = |time: f64| format!("{:.2}", time / 1e6);
        table.push(vec![
            title.to_owned(),
            format!("{size:.0}"),
            millis(time.minimum()),
            millis(time.median()),
            millis(time.p90()),
            nanos(time.minimum() / size),
            nanos(time.median() / size),
            times(ratio / size * rival_size),
        ]);
    }
    Ok(table)
}
