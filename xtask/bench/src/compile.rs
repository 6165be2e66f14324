//! What decorated functions cost those who compile them.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, SystemTime},
};

use nix::{
    errno::Errno,
    sys::{
        resource::{UsageWho, getrusage},
        time::TimeValLike as _,
    },
};
use object::{Object as _, ObjectSection as _, SectionKind};

use crate::{
    arguments::Arguments,
    rebuild,
    report::Report,
    table::{Table, times},
};

pub(crate) const FUNCTIONS: usize = 300;
/// The function that is changed before a build: some 150 stand before it, and some behind.
const CHANGED: usize = 150;

/// An attribute, and the dependency that brings it.
pub(crate) struct Subject {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    attribute: &'static str,
    /// The same for a function that belongs to `goal`.
    with_goal: &'static str,
    /// A constant, `GOAL`.
    goal: &'static str,
    dependency: &'static str,
}

/// Undecorated first: the others are compared with it.
pub(crate) const SUBJECTS: [Subject; 4] = [
    Subject {
        name: "undecorated",
        title: "undecorated",
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

/// Functions of one kind; `N` is their number.
pub(crate) struct Kind {
    pub(crate) name: &'static str,
    pub(crate) title: &'static str,
    has_goal: bool,
    function: &'static str,
    call: &'static str,
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
            "`cargo xtask bench compile`. Seconds are processor time of `cargo build` for one file of 300 functions, everything \
             else being built, without incremental compilation; the best of several, taken in turns. \
             Bytes are text and data of the release build beyond the undecorated one.",
        );
    }
    rebuild::measure(&kinds, &packages, arguments, report)
}

/// What one package costs.
#[derive(Clone, Default)]
struct Cost {
    /// By profile.
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
        // Dependencies, and whatever else the first build does.
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

/// A program of 300 functions, in the target folder.
pub(crate) struct Package {
    pub(crate) folder: PathBuf,
    name: String,
}

impl Package {
    pub(crate) fn write(subject: &Subject, kind: &Kind) -> Result<Self, String> {
        let name = format!("{}-{}", subject.name, kind.name);
        Self::named(name, subject, &program(subject, kind))
    }

    /// The same dependency, but undecorated functions.
    pub(crate) fn without_attribute(subject: &Subject, kind: &Kind) -> Result<Self, String> {
        let name = format!("{}-{}-without", subject.name, kind.name);
        Self::named(name, subject, &program(&SUBJECTS[0], kind))
    }

    fn named(name: String, subject: &Subject, program: &str) -> Result<Self, String> {
        let bench = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = bench.join("target/compile").join(&name);
        let root = bench.join("../..").display().to_string();
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\n{}\n\n[workspace]\n",
            subject.dependency.replace("ROOT", &root)
        );
        let write = |file: &str, text: &str| {
            fs::write(folder.join(file), text)
                .map_err(|error| format!("cannot write {file} of {name}: {error}"))
        };
        fs::create_dir_all(folder.join("src"))
            .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
        let lock = fs::read_to_string(bench.join("Cargo.lock"))
            .map_err(|error| format!("cannot read Cargo.lock: {error}"))?;
        write("Cargo.toml", &manifest)?;
        write("Cargo.lock", &lock)?;
        write("src/main.rs", program)?;
        Ok(Self { folder, name })
    }

    /// Builds it anew and says how much processor time that took: on a machine
    /// that others use too, the time of day would be theirs as well.
    fn build(&self, profile: &str) -> Result<Duration, String> {
        let main = self.folder.join("src/main.rs");
        let touch = fs::File::open(&main).and_then(|file| file.set_modified(SystemTime::now()));
        touch.map_err(|error| format!("cannot touch {}: {error}", main.display()))?;
        self.cargo_build(profile, &self.target(), false)
    }

    /// Changes one line in the middle of a function's body, `turn` after `turn` another way, and
    /// says how much processor time a developer's build takes then.
    pub(crate) fn rebuild(&self, turn: usize) -> Result<Duration, String> {
        let main = self.folder.join("src/main.rs");
        let failed = |error| format!("cannot change {}: {error}", main.display());
        let text = fs::read_to_string(&main).map_err(failed)?;
        let [was, is] = [turn, turn + 1].map(|turn| format!("a + {}", CHANGED + turn * FUNCTIONS));
        if text.matches(&was).count() != 1 {
            return Err(format!("{} has not one `{was}`", main.display()));
        }
        fs::write(&main, text.replace(&was, &is)).map_err(failed)?;
        self.cargo_build("dev", &self.folder.with_file_name("incremental"), true)
    }

    fn cargo_build(
        &self,
        profile: &str,
        target: &Path,
        incremental: bool,
    ) -> Result<Duration, String> {
        let start = used_by_children()?;
        let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["build", "--quiet", "--profile", profile])
            .arg("--target-dir")
            .arg(target)
            .env("CARGO_INCREMENTAL", if incremental { "1" } else { "0" })
            .current_dir(&self.folder)
            .output()
            .map_err(|error| format!("cannot run cargo: {error}"))?;
        if output.status.success() {
            Ok(used_by_children()?.saturating_sub(start))
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }

    /// Of text and data that are loaded.
    fn bytes(&self) -> Result<u64, String> {
        let path = self.target().join("release").join(&self.name);
        let bytes =
            fs::read(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let file =
            object::File::parse(&*bytes).map_err(|error| format!("{}: {error}", path.display()))?;
        let loaded = |kind| {
            matches!(
                kind,
                SectionKind::Text
                    | SectionKind::Data
                    | SectionKind::ReadOnlyData
                    | SectionKind::ReadOnlyDataWithRel
                    | SectionKind::ReadOnlyString
                    | SectionKind::UninitializedData
            )
        };
        let sections = file.sections().filter(|section| loaded(section.kind()));
        Ok(sections.map(|section| section.size()).sum())
    }

    /// One for all packages of an attribute would rebuild nothing; but cargo
    /// locks it.
    fn target(&self) -> PathBuf {
        self.folder.with_file_name("target")
    }
}

/// The processor time of all programs that this one has started and that have ended,
/// with those that they started.
pub(crate) fn used_by_children() -> Result<Duration, String> {
    let refused = |error: Errno| format!("cannot tell the processor time: {error}");
    let used = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(refused)?;
    let micros = (used.user_time() + used.system_time()).num_microseconds();
    Ok(Duration::from_micros(
        u64::try_from(micros).unwrap_or_default(),
    ))
}

fn program(subject: &Subject, kind: &Kind) -> String {
    let [attribute, goal] = if kind.has_goal {
        [subject.with_goal, subject.goal]
    } else {
        [subject.attribute, ""]
    };
    let mut text = String::from(
        "#![allow(dead_code, unused)]\n\
         use std::{future::{Future, ready}, hint::black_box, pin::pin, task::{Context, Waker}};\n\n",
    );
    text.push_str(goal);
    for number in 0..FUNCTIONS {
        let function = kind.function.replace('N', &number.to_string());
        let _ = writeln!(text, "{attribute}\n{function}");
    }
    text.push_str("\nfn main() {\n    let mut context = Context::from_waker(Waker::noop());\n");
    for number in 0..FUNCTIONS {
        let _ = writeln!(text, "    {}", kind.call.replace('N', &number.to_string()));
    }
    text.push_str("}\n");
    text
}
