//! Measures the time of a developer's build after a change of one function.

use crate::{
    arguments::Arguments,
    compile::{Kind, SUBJECTS},
    figures::Figures,
    package::Package,
    report::Report,
    table::{Table, times},
};

/// Number of rounds that are not measured. The first build compiles everything, and the second
/// still does work that later ones reuse.
const UNMEASURED: usize = 2;

/// Measures the rebuilds. `packages` has those of all subjects, kind by kind.
pub(crate) fn measure(
    kinds: &[&Kind],
    packages: &[Package],
    arguments: &Arguments,
    report: &mut Report,
) -> Result<(), String> {
    let measured = if arguments.quick { 3 } else { 9 };
    let mut seconds = vec![Figures::default(); packages.len()];
    for turn in 0..UNMEASURED + measured {
        eprintln!(
            "rebuilding, round {} of {}",
            turn + 1,
            UNMEASURED + measured
        );
        for (package, seconds) in packages.iter().zip(&mut seconds) {
            let took = package.rebuild(turn)?;
            if turn >= UNMEASURED {
                seconds.push(took.as_secs_f64());
            }
        }
    }
    let mut table = Table::new([
        "300 functions, one changed",
        "attribute",
        "min s",
        "median s",
        "÷ tracing's",
        "÷ uninstrumented",
    ]);
    for (kind, seconds) in kinds.iter().zip(seconds.chunks(SUBJECTS.len())) {
        let [undecorated, _, tracing, _] = seconds else {
            continue;
        };
        for (subject, seconds) in SUBJECTS.iter().zip(seconds) {
            table.push(vec![
                kind.title.to_owned(),
                subject.title.to_owned(),
                format!("{:.2}", seconds.minimum()),
                format!("{:.2}", seconds.median()),
                times(seconds.minimum() / tracing.minimum()),
                times(seconds.minimum() / undecorated.minimum()),
            ]);
        }
    }
    report.section("Compiling again after a change", &table);
    if !table.is_empty() {
        report.note(
            "`cargo xtask bench compile`, the same programs: processor time of `cargo build` in the \
             dev profile, with incremental compilation, after a number in the body of one function \
             has changed. Taken in turns; ratios are of the minimum.",
        );
    }
    Ok(())
}
