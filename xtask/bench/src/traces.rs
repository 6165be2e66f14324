//! Measures the time of a call in a span, with the exemplars that may result.

use crate::{
    arguments::Arguments,
    child::Setting,
    programs::{OURS, OURS_IN_SPAN},
    report::Report,
    rounds::{Measurement, Measurements},
    table::{Table, nanos},
};

const FUNCTIONS: [(&str, &str); 4] = [
    ("number", "sync, returns `u64`"),
    ("ok", "`Result`, ok"),
    ("callers8", "one callee, 8 callers in turn"),
    ("async", "`async`, ready at once"),
];

pub(crate) fn measure(arguments: &Arguments, report: &mut Report) -> Result<(), String> {
    let mut measurements = Measurements::default();
    for (candidate, _) in FUNCTIONS {
        for program in [OURS, OURS_IN_SPAN] {
            let measurement = Measurement::new(program, candidate, Setting::ALONE);
            measurements.add(measurement, arguments)?;
        }
    }
    measurements.run(arguments.rounds())?;
    let mut table = Table::new([
        "function",
        "no source, median ns",
        "in a sampled span, median ns",
        "÷ no source, median",
        "p10 to p90",
    ]);
    for (candidate, title) in FUNCTIONS {
        let find = |program| measurements.find(program, candidate, Setting::ALONE);
        let (Some(without), Some(with)) = (find(OURS), find(OURS_IN_SPAN)) else {
            continue;
        };
        let by = with.ratio.per(&without.ratio);
        table.push(vec![
            title.to_owned(),
            nanos(without.time.median()),
            nanos(with.time.median()),
            format!("{:.3}×", by.median()),
            format!("{:.3}× to {:.3}×", by.p10(), by.p90()),
        ]);
    }
    report.section("A call in a span", &table);
    if !table.is_empty() {
        report.note(
            "`cargo xtask bench traces`: the same functions in two programs that take turns, one \
             without a source of traces, one that is in a span of a sampled trace all the time, so \
             that a bucket's exemplar is replaced once a second. Each round is divided by two reads of the \
             time stamp counter immediately before, and the two results by each other.",
        );
    }
    Ok(())
}
