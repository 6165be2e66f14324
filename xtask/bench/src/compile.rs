//! Measures the cost of compiling instrumented functions.

use crate::{
    arguments::Arguments,
    package::Package,
    rebuild,
    report::Report,
    table::{Table, times},
};

pub(crate) const FUNCTIONS: usize = 300;

/// An attribute under test, and its dependency.
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) attribute: &'static str,
    /// Attribute with the objective `GOAL`.
    pub(crate) with_goal: &'static str,
    /// Definition of the constant `GOAL`.
    pub(crate) goal: &'static str,
    pub(crate) dependency: &'static str,
}

/// The attributes. The uninstrumented functions are first, and the others are compared with them.
pub(crate) const SUBJECTS: [Subject; 4] = [
    Subject {
        name: "undecorated",
        title: "uninstrumented",
        attribute: "",
        with_goal: "",
        goal: "",
        dependency: "",
    },
    Subject {
        name: "ours",
        title: "autometrics (this)",
        attribute: "#[autometrics::instrument_fn]",
        with_goal: "#[autometrics::instrument_fn(objective = GOAL)]",
        goal: "const GOAL: autometrics::Objective = autometrics::Objective::new(\"checkout\")\n    \
               .success_rate(99.9)\n    \
               .latency(std::time::Duration::from_millis(250), 99.0)\n    \
               .owner(\"payments\")\n    \
               .runbook(\"https://wiki.example/checkout\");\n\n",
        dependency: "autometrics = { path = \"ROOT\", default-features = false }",
    },
    Subject {
        name: "tracing",
        title: "`tracing::instrument`",
        attribute: "#[tracing::instrument(skip_all)]",
        with_goal: "#[tracing::instrument(skip_all)]",
        goal: "",
        dependency: "tracing = \"0.1.44\"",
    },
    Subject {
        name: "autometrics3",
        title: "3.0 `prometheus`",
        attribute: "#[autometrics::autometrics]",
        with_goal: "#[autometrics::autometrics(objective = GOAL)]",
        goal: "const GOAL: autometrics::objectives::Objective = {\n    \
               use autometrics::objectives::{ObjectiveLatency, ObjectivePercentile};\n    \
               autometrics::objectives::Objective::new(\"checkout\")\n        \
               .success_rate(ObjectivePercentile::P99_9)\n        \
               .latency(ObjectiveLatency::Ms250, ObjectivePercentile::P99)\n};\n\n",
        dependency: "autometrics = { version = \"3.0.0\", features = [\"prometheus-0_14\"] }",
    },
];

/// A kind of functions; `N` in its texts is replaced by a function's number.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    pub(crate) has_goal: bool,
    pub(crate) function: &'static str,
    pub(crate) call: &'static str,
}

const RESULT: &str = "fn fN(a: u64, b: &str) -> Result<u64, String> { \
                      if a > 3 { return Err(b.to_owned()); } Ok(a + N) }";
const CALL: &str = "let _ = black_box(fN(black_box(N), \"b\"));";

pub(crate) const KINDS: [Kind; 4] = [
    Kind {
        name: "plain",
        title: "returning `u64`",
        has_goal: false,
        function: "fn fN(a: u64, b: &str) -> u64 { if a > 3 { b.len() as u64 } else { a + N } }",
        call: "black_box(fN(black_box(N), \"b\"));",
    },
    Kind {
        name: "result",
        title: "returning `Result`",
        has_goal: false,
        function: RESULT,
        call: CALL,
    },
    Kind {
        name: "result-objective",
        title: "the same, all with an objective",
        has_goal: true,
        function: RESULT,
        call: CALL,
    },
    Kind {
        name: "async",
        title: "`async`, returning `Result`",
        has_goal: false,
        function: "async fn fN(a: u64, b: &str) -> Result<u64, String> { ready(()).await; \
                   if a > 3 { return Err(b.to_owned()); } Ok(a + N) }",
        call: "let _ = black_box(pin!(fN(black_box(N), \"b\")).poll(&mut context));",
    },
];

const PROFILES: [&str; 2] = ["dev", "release"];

pub(crate) fn measure(arguments: &Arguments, report: &mut Report) -> Result<(), String> {
    let mut table = Table::new([
        "300 functions",
        "attribute",
        "dev s",
        "÷ tracing's",
        "release s",
        "÷ tracing's",
        "bytes per function",
        "÷ tracing's",
    ]);
    let wanted = |kind: &&Kind| arguments.wants(&format!("compile/{}", kind.name));
    let kinds: Vec<&Kind> = KINDS.iter().filter(wanted).collect();
    let mut packages = Vec::new();
    for kind in &kinds {
        for subject in &SUBJECTS {
            packages.push(Package::write(subject, kind)?);
        }
    }
    let costs = costs(&packages, if arguments.quick { 1 } else { 5 })?;
    for (kind, costs) in kinds.iter().zip(costs.chunks(SUBJECTS.len())) {
        for (subject, cost) in SUBJECTS.iter().zip(costs) {
            table.push(row(kind, subject, cost, costs));
        }
    }
    report.section("Compiling", &table);
    if !table.is_empty() {
        report.note(
            "`cargo xtask bench compile`. Seconds are processor time of `cargo build` for one file of 300 functions, with \
             everything else built before, without incremental compilation; the minimum of several rounds, taken \
             in turns. Bytes are text and data of the release build beyond the uninstrumented one.",
        );
    }
    rebuild::measure(&kinds, &packages, arguments, report)
}

/// Cost of compiling one package.
#[derive(Clone, Default)]
struct Cost {
    /// Processor seconds of a build, by profile: dev and release. The least of all rounds.
    seconds: [f64; 2],
    bytes: u64,
}

fn costs(packages: &[Package], rounds: usize) -> Result<Vec<Cost>, String> {
    let mut costs = vec![
        Cost {
            seconds: [f64::INFINITY; 2],
            bytes: 0
        };
        packages.len()
    ];
    for package in packages {
        eprintln!("compiling {}", package.name);
        // The first build also compiles dependencies, and is not measured.
        for profile in PROFILES {
            package.build(profile)?;
        }
    }
    for round in 1..=rounds {
        eprintln!("round {round} of {rounds}");
        for (package, cost) in packages.iter().zip(&mut costs) {
            for (profile, best) in PROFILES.iter().zip(&mut cost.seconds) {
                *best = best.min(package.build(profile)?.as_secs_f64());
            }
        }
    }
    for (package, cost) in packages.iter().zip(&mut costs) {
        cost.bytes = package.bytes()?;
    }
    Ok(costs)
}

#[expect(
    clippy::cast_precision_loss,
    reason = "sizes of programs, far below 2^53"
)]
fn row(kind: &Kind, subject: &Subject, cost: &Cost, all: &[Cost]) -> Vec<String> {
    let [undecorated, _, tracing, _] = all else {
        return Vec::new();
    };
    let growth =
        |cost: &Cost| cost.bytes.saturating_sub(undecorated.bytes) as f64 / FUNCTIONS as f64;
    vec![
        kind.title.to_owned(),
        subject.title.to_owned(),
        format!("{:.2}", cost.seconds[0]),
        times(cost.seconds[0] / tracing.seconds[0]),
        format!("{:.2}", cost.seconds[1]),
        times(cost.seconds[1] / tracing.seconds[1]),
        format!("{:.0}", growth(cost)),
        times(growth(cost) / growth(tracing)),
    ]
}
