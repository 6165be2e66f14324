//! Measures the time of a call.

use std::time::Duration;

use crate::{
    arguments::Arguments,
    child::{Company, Setting},
    figures::Figures,
    programs::{OURS, Program, RIVALS},
    report::Report,
    rounds::{Lane, Race},
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
        company: Company::Quiet,
    },
    Setting {
        threads: 2,
        company: Company::Quiet,
    },
    Setting {
        threads: 4,
        company: Company::Quiet,
    },
    Setting {
        threads: 8,
        company: Company::Quiet,
    },
    Setting {
        threads: 1,
        company: Company::Scraped,
    },
    Setting {
        threads: 2,
        company: Company::Scraped,
    },
];

/// Approximate length of a round for libraries whose own threads work after the calls.
const LONG_ROUND: Duration = Duration::from_millis(40);

pub(crate) fn measure(arguments: &Arguments, report: &mut Report) -> Result<(), String> {
    let mut race = Race::default();
    for lane in lanes() {
        let round = if lane.program.works_elsewhere() {
            LONG_ROUND
        } else {
            arguments.round()
        };
        race.enter_for(lane, arguments, round)?;
    }
    race.run(arguments.rounds())?;
    report.section("Floors", &floors(&race));
    report.section("A call of an instrumented function", &ours(&race));
    report.section("One function on several threads", &threads(&race));
    report.section("Compared", &compared(&race));
    report.section("Compared, in full", &in_full(&race));
    for (program, reason) in &race.absent {
        report.note(&format!("{} is not in the tables: {reason}", program.title));
    }
    if !race.lanes.is_empty() {
        report.note(&noise(&race));
    }
    Ok(())
}

fn lanes() -> Vec<Lane> {
    let alone = |program, candidate| Lane::new(program, candidate, Setting::ALONE);
    let mut lanes: Vec<Lane> = FLOORS.iter().map(|(name, _)| alone(OURS, name)).collect();
    for (candidate, plain, _) in FUNCTIONS {
        lanes.push(alone(OURS, candidate));
        let is_entered = |lane: &Lane| lane.candidate == plain;
        if !lanes.iter().any(is_entered) {
            lanes.push(alone(OURS, plain));
        }
    }
    lanes.extend(
        THREADS[1..]
            .iter()
            .map(|&setting| Lane::new(OURS, SHARED, setting)),
    );
    for rival in RIVALS {
        let compared = COMPARED.iter().filter(|name| knows(rival, name));
        lanes.extend(compared.map(|name| alone(rival, name)));
        lanes.extend(
            THREADS[1..4]
                .iter()
                .map(|&setting| Lane::new(rival, SHARED, setting)),
        );
    }
    lanes
}

fn knows(program: Program, candidate: &str) -> bool {
    program.has_goals() || !GOALS.contains(&candidate)
}

/// Formats minimum, median and 90th percentile of the time, and the median ratio to the floor.
fn spread(lane: &Lane) -> Vec<String> {
    let Lane { time, ratio, .. } = lane;
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

fn floors(race: &Race) -> Table {
    let mut table = Table::new([&["per operation"], &SPREAD[..]].concat());
    for (candidate, title) in FLOORS {
        if let Some(lane) = race.find(OURS, candidate, Setting::ALONE) {
            table.push(row(title, spread(lane)));
        }
    }
    table
}

fn ours(race: &Race) -> Table {
    let head = [
        &["per call"],
        &SPREAD[..],
        &["uninstrumented ns", "added ns"],
    ]
    .concat();
    let mut table = Table::new(head);
    for (candidate, plain, title) in FUNCTIONS {
        let Some(lane) = race.find(OURS, candidate, Setting::ALONE) else {
            continue;
        };
        let plain = race
            .find(OURS, plain, Setting::ALONE)
            .map(|lane| &lane.time);
        let added = plain.map(|plain| lane.time.less(plain));
        let cell =
            |figures: Option<&Figures>| figures.map_or_else(String::new, |f| nanos(f.median()));
        table.push(row(
            title,
            [spread(lane), vec![cell(plain), cell(added.as_ref())]].concat(),
        ));
    }
    table
}

fn threads(race: &Race) -> Table {
    let mut table =
        Table::new([&["processor time per call"], &SPREAD[..], &["÷ one thread"]].concat());
    for program in [&[OURS], &RIVALS[..]].concat() {
        let one = race.find(program, SHARED, Setting::ALONE);
        for setting in THREADS {
            let Some(lane) = race.find(program, SHARED, setting) else {
                continue;
            };
            let company = if setting.company == Company::Scraped {
                ", snapshots meanwhile"
            } else {
                ""
            };
            let plural = if setting.threads == 1 { "" } else { "s" };
            let title = format!(
                "{}: {} thread{plural}{company}",
                program.title, setting.threads
            );
            let scaled = one.map_or(f64::NAN, |one| lane.time.per(&one.time).median());
            table.push(row(&title, [spread(lane), vec![times(scaled)]].concat()));
        }
    }
    table
}

/// Returns a table with a row per program and a column per function: the median, and its ratio to
/// ours.
fn compared(race: &Race) -> Table {
    let two = Setting {
        threads: 2,
        company: Company::Quiet,
    };
    let alone = COMPARED
        .iter()
        .map(|&candidate| (candidate, Setting::ALONE));
    let columns: Vec<_> = alone
        .chain([(SHARED, two)])
        .filter_map(|(candidate, setting)| race.find(OURS, candidate, setting))
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
    let takes_part = |rival: &&Program| race.lanes.iter().any(|lane| lane.program == **rival);
    let rivals: Vec<&Program> = RIVALS.iter().filter(takes_part).collect();
    if rivals.is_empty() || columns.is_empty() {
        return table;
    }
    let ours = columns.iter().map(|ours| nanos(ours.time.median()));
    table.push(row(OURS.title, ours.collect()));
    for rival in rivals {
        let cells = columns.iter().map(|ours| {
            race.find(*rival, ours.candidate, ours.setting)
                .map_or_else(String::new, |lane| {
                    let ratio = lane.time.per(&ours.time).median();
                    format!("{} ({})", nanos(lane.time.median()), times(ratio))
                })
        });
        table.push(row(rival.title, cells.collect()));
    }
    table
}

fn in_full(race: &Race) -> Table {
    let mut table = Table::new([&["per call"], &SPREAD[..]].concat());
    for rival in RIVALS {
        for candidate in COMPARED {
            if let Some(lane) = race.find(rival, candidate, Setting::ALONE) {
                table.push(row(
                    &format!("{}: {}", rival.title, title(candidate)),
                    spread(lane),
                ));
            }
        }
    }
    table
}

/// Describes the spread of the rounds of a candidate.
fn noise(race: &Race) -> String {
    let describe = |which: &str, several: bool| {
        let mut spreads = Figures::default();
        for Lane { setting, time, .. } in &race.lanes {
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
