//! Measures the time of a call.

use std::time::Duration;

use crate::{
    arguments::Arguments,
    child::{Activity, Setting},
    figures::Figures,
    programs::{OURS, Program, RIVALS},
    report::Report,
    rounds::{Measurement, Measurements},
    table::{Table, nanos, times},
};

/// Names of candidates, and their titles in tables.
const FLOORS: [(&str, &str); 4] = [
    ("floor/tsc", "two reads of the time stamp counter"),
    ("floor/instant", "two `Instant`s"),
    ("floor/fetch_add", "one `fetch_add` on a static"),
    ("plain/unit", "one call of an empty function"),
];

const FUNCTIONS: [(&str, &str, &str); 16] = [
    ("unit", "plain/unit", "sync, returns `()`"),
    ("number", "plain/number", "sync, returns `u64`"),
    ("ok", "plain/ok", "`Result`, ok"),
    ("err", "plain/err", "`Result`, error"),
    ("objective", "plain/objective", "`Result`, with objective"),
    ("method", "plain/method", "method of an `impl` block"),
    ("nested2", "plain/nested2", "nested 2 deep, per function"),
    ("nested4", "plain/nested4", "nested 4 deep, per function"),
    (
        "callers2",
        "plain/callers2",
        "one callee, 2 callers in turn, per function",
    ),
    (
        "callers8",
        "plain/callers8",
        "one callee, 8 callers in turn, per function",
    ),
    ("varied", "plain/varied", "latencies that vary at random"),
    ("async", "plain/async", "`async`, ready at once"),
    ("yields", "plain/yields", "`async`, pending once"),
    (
        "concurrency",
        "plain/concurrency",
        "with concurrency tracked",
    ),
    ("events", "plain/ok", "`Result`, ok, with events"),
    (
        "events_err",
        "plain/err",
        "`Result`, error, with events, beyond the rate",
    ),
];

/// Functions of the comparison with rivals.
const COMPARED: [&str; 8] = [
    "number",
    "ok",
    "err",
    "objective",
    "nested2",
    "callers8",
    "async",
    "concurrency",
];
/// Functions that only Autometrics supports.
const GOALS: [&str; 2] = ["objective", "concurrency"];

/// Candidate that several threads call, and the numbers of threads.
const SHARED: &str = "number";
const THREADS: [Setting; 6] = [
    Setting {
        threads: 1,
        activity: Activity::Quiet,
    },
    Setting {
        threads: 2,
        activity: Activity::Quiet,
    },
    Setting {
        threads: 4,
        activity: Activity::Quiet,
    },
    Setting {
        threads: 8,
        activity: Activity::Quiet,
    },
    Setting {
        threads: 1,
        activity: Activity::Scraped,
    },
    Setting {
        threads: 2,
        activity: Activity::Scraped,
    },
];

/// Approximate length of a round for libraries whose own threads work after the calls.
const LONG_ROUND: Duration = Duration::from_millis(40);

pub(crate) fn measure(arguments: &Arguments, report: &mut Report) -> Result<(), String> {
    let mut measurements = Measurements::default();
    for measurement in planned() {
        let round = if measurement.program.works_elsewhere() {
            LONG_ROUND
        } else {
            arguments.round()
        };
        measurements.add_for(measurement, arguments, round)?;
    }
    measurements.run(arguments.rounds())?;
    report.section("Floors", &floors(&measurements));
    report.section("A call of an instrumented function", &ours(&measurements));
    report.section("One function on several threads", &threads(&measurements));
    report.section("Compared", &compared(&measurements));
    report.section("Compared, in full", &in_full(&measurements));
    for (program, reason) in &measurements.absent {
        report.note(&format!("{} is not in the tables: {reason}", program.title));
    }
    if !measurements.all.is_empty() {
        report.note(&noise(&measurements));
    }
    Ok(())
}

fn planned() -> Vec<Measurement> {
    let alone = |program, candidate| Measurement::new(program, candidate, Setting::ALONE);
    let mut planned: Vec<Measurement> = FLOORS.iter().map(|(name, _)| alone(OURS, name)).collect();
    for (candidate, plain, _) in FUNCTIONS {
        planned.push(alone(OURS, candidate));
        let is_planned = |measurement: &Measurement| measurement.candidate == plain;
        if !planned.iter().any(is_planned) {
            planned.push(alone(OURS, plain));
        }
    }
    planned.extend(
        THREADS[1..]
            .iter()
            .map(|&setting| Measurement::new(OURS, SHARED, setting)),
    );
    for rival in RIVALS {
        let compared = COMPARED.iter().filter(|name| knows(rival, name));
        planned.extend(compared.map(|name| alone(rival, name)));
        planned.extend(
            THREADS[1..4]
                .iter()
                .map(|&setting| Measurement::new(rival, SHARED, setting)),
        );
    }
    planned
}

fn knows(program: Program, candidate: &str) -> bool {
    program.has_goals() || !GOALS.contains(&candidate)
}

/// Formats minimum, median and 90th percentile of the time, and the median ratio to the floor.
fn spread(measurement: &Measurement) -> Vec<String> {
    let Measurement { time, ratio, .. } = measurement;
    vec![
        nanos(time.minimum()),
        nanos(time.median()),
        nanos(time.p90()),
        times(ratio.median()),
    ]
}

const SPREAD: [&str; 4] = ["min ns", "median ns", "p90 ns", "÷ floor"];

fn row(title: &str, cells: Vec<String>) -> Vec<String> {
    [vec![title.to_owned()], cells].concat()
}

fn floors(measurements: &Measurements) -> Table {
    let mut table = Table::new([&["per operation"], &SPREAD[..]].concat());
    for (candidate, title) in FLOORS {
        if let Some(measurement) = measurements.find(OURS, candidate, Setting::ALONE) {
            table.push(row(title, spread(measurement)));
        }
    }
    table
}

fn ours(measurements: &Measurements) -> Table {
    let head = [
        &["per call"],
        &SPREAD[..],
        &["uninstrumented ns", "added ns"],
    ]
    .concat();
    let mut table = Table::new(head);
    for (candidate, plain, title) in FUNCTIONS {
        let Some(measurement) = measurements.find(OURS, candidate, Setting::ALONE) else {
            continue;
        };
        let plain = measurements
            .find(OURS, plain, Setting::ALONE)
            .map(|measurement| &measurement.time);
        let added = plain.map(|plain| measurement.time.less(plain));
        let cell =
            |figures: Option<&Figures>| figures.map_or_else(String::new, |f| nanos(f.median()));
        table.push(row(
            title,
            [spread(measurement), vec![cell(plain), cell(added.as_ref())]].concat(),
        ));
    }
    table
}

fn threads(measurements: &Measurements) -> Table {
    let mut table =
        Table::new([&["processor time per call"], &SPREAD[..], &["÷ one thread"]].concat());
    for program in [&[OURS], &RIVALS[..]].concat() {
        let one = measurements.find(program, SHARED, Setting::ALONE);
        for setting in THREADS {
            let Some(measurement) = measurements.find(program, SHARED, setting) else {
                continue;
            };
            let activity = if setting.activity == Activity::Scraped {
                ", snapshots meanwhile"
            } else {
                ""
            };
            let plural = if setting.threads == 1 { "" } else { "s" };
            let title = format!(
                "{}: {} thread{plural}{activity}",
                program.title, setting.threads
            );
            let scaled = one.map_or(f64::NAN, |one| measurement.time.per(&one.time).median());
            table.push(row(
                &title,
                [spread(measurement), vec![times(scaled)]].concat(),
            ));
        }
    }
    table
}

/// Returns a table with a row per program and a column per function: the median, and its ratio to
/// ours.
fn compared(measurements: &Measurements) -> Table {
    let two = Setting {
        threads: 2,
        activity: Activity::Quiet,
    };
    let alone = COMPARED
        .iter()
        .map(|&candidate| (candidate, Setting::ALONE));
    let columns: Vec<_> = alone
        .chain([(SHARED, two)])
        .filter_map(|(candidate, setting)| measurements.find(OURS, candidate, setting))
        .collect();
    let titles = columns.iter().map(|ours| {
        let title = title(ours.candidate);
        if ours.setting == two {
            format!("{title}, on 2 threads")
        } else {
            title.to_owned()
        }
    });
    let mut table = Table::new(["median ns (÷ this)".to_owned()].into_iter().chain(titles));
    let takes_part = |rival: &&Program| {
        measurements
            .all
            .iter()
            .any(|measurement| measurement.program == **rival)
    };
    let rivals: Vec<&Program> = RIVALS.iter().filter(takes_part).collect();
    if rivals.is_empty() || columns.is_empty() {
        return table;
    }
    let ours = columns.iter().map(|ours| nanos(ours.time.median()));
    table.push(row(OURS.title, ours.collect()));
    for rival in rivals {
        let cells = columns.iter().map(|ours| {
            measurements
                .find(*rival, ours.candidate, ours.setting)
                .map_or_else(String::new, |measurement| {
                    let ratio = measurement.time.per(&ours.time).median();
                    format!("{} ({})", nanos(measurement.time.median()), times(ratio))
                })
        });
        table.push(row(rival.title, cells.collect()));
    }
    table
}

fn in_full(measurements: &Measurements) -> Table {
    let mut table = Table::new([&["per call"], &SPREAD[..]].concat());
    for rival in RIVALS {
        for candidate in COMPARED {
            if let Some(measurement) = measurements.find(rival, candidate, Setting::ALONE) {
                table.push(row(
                    &format!("{}: {}", rival.title, title(candidate)),
                    spread(measurement),
                ));
            }
        }
    }
    table
}

/// Describes the spread of the rounds of a candidate.
fn noise(measurements: &Measurements) -> String {
    let describe = |which: &str, several: bool| {
        let mut spreads = Figures::default();
        for Measurement { setting, time, .. } in &measurements.all {
            if (setting.threads > 1) == several {
                spreads.push((time.p90() / time.minimum() - 1.0) * 100.0);
            }
        }
        let (median, p90) = (spreads.median(), spreads.p90());
        let text = format!(
            " On {which}: {median:.0} % for the median candidate, {p90:.0} % for one in ten."
        );
        if median.is_nan() { String::new() } else { text }
    };
    format!(
        "Noise of this run, as the 90th percentile of a candidate's rounds above their minimum.{}{}",
        describe("one thread", false),
        describe("several threads", true),
    )
}

fn title(candidate: &str) -> &'static str {
    FUNCTIONS
        .iter()
        .find(|(name, ..)| *name == candidate)
        .map_or("", |(.., title)| title)
}
