//! Random functions behave the same with and without the attribute.
//!
//! A program with functions of all shapes is written twice: with the attribute, and with a comment
//! in its place. Lints report the same, calls return, drop and panic the same, and the counts match
//! the calls. `AUTOMETRICS_FUZZ=20` tries 20 programs, from seeds that depend on the time, and
//! reports the seed of a failure. `AUTOMETRICS_FUZZ=1@7` tries seed 7.

mod generate;
#[path = "../support/package.rs"]
mod package;

use std::{
    collections::BTreeSet,
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

/// Number of functions in a program.
const FUNCTIONS: usize = 60;

/// Lints that report less about an instrumented function. `tests/transparency/lints.rs` has the reasons.
const EXPECTED: &[&str] = &[
    // For the value at the end of a function with `#[track_caller]`.
    "clippy::needless_return",
    "clippy::unnecessary_wraps",
    "clippy::unused_async",
    "clippy::useless_conversion",
    "unused_assignments",
];

#[test]
fn random_functions_behave_the_same_when_instrumented() {
    let (programs, first) = match env::var("AUTOMETRICS_FUZZ") {
        Ok(wanted) => parse(&wanted),
        Err(_) => (1, 1),
    };
    for seed in first..first + programs {
        compare(seed);
    }
}

/// Parses the number of programs and the first seed.
fn parse(wanted: &str) -> (u64, u64) {
    let number = |text: &str| {
        text.parse()
            .expect("AUTOMETRICS_FUZZ is COUNT or COUNT@SEED")
    };
    if let Some((programs, seed)) = wanted.split_once('@') {
        return (number(programs), number(seed));
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    (number(wanted), now.map_or(1, |now| now.as_secs()))
}

fn compare(seed: u64) {
    let [plain, instrumented] = [false, true].map(|is_instrumented| write(seed, is_instrumented));
    let [without, with] = [&plain, &instrumented].map(|package| relevant(package));
    let differences: Vec<&String> = without.symmetric_difference(&with).collect();
    assert!(
        differences.is_empty(),
        "seed {seed}: lints differ, see {}\n{differences:#?}",
        instrumented.display()
    );
    let [without, with] = [&plain, &instrumented].map(|package| output(package));
    assert!(
        without.lines().count() > FUNCTIONS,
        "seed {seed}: the calls were made"
    );
    let differences: Vec<String> = without
        .lines()
        .zip(with.lines())
        .filter(|(without, with)| without != with)
        .map(|(without, with)| format!("- {without}\n+ {with}"))
        .collect();
    assert!(
        without == with,
        "seed {seed}: calls differ, see {}\n{}",
        instrumented.display(),
        differences.join("\n")
    );
}

/// Returns the warnings of lints, without those in [`EXPECTED`].
fn relevant(package: &Path) -> BTreeSet<String> {
    let mut findings = package::findings(package);
    findings.retain(|finding| !EXPECTED.iter().any(|lint| finding.contains(lint)));
    findings
}

fn output(package: &Path) -> String {
    let output = test_harness::cargo(package)
        .args(["run", "--quiet"])
        .output()
        .expect("cargo can be run");
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}:\n{errors}", package.display());
    String::from_utf8(output.stdout).expect("it prints UTF-8")
}

/// Writes the package of the program.
fn write(seed: u64, is_instrumented: bool) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let name = if is_instrumented {
        "fuzz-instrumented"
    } else {
        "fuzz-plain"
    };
    let package = test_harness::target().join("lints").join(name);
    // Written again, so that cargo lints it again.
    let _ = fs::remove_dir_all(&package);
    fs::create_dir_all(package.join("src")).expect("the target folder can be written");
    let write = |file: &str, text: &str| {
        fs::write(package.join(file), text).expect("the target folder can be written");
    };
    let mut program = generate::program(seed, FUNCTIONS, |arguments| {
        if is_instrumented {
            format!("#[autometrics::instrument_fn({arguments})]")
        } else {
            "// plain".to_owned()
        }
    });
    let _ = writeln!(program, "\nconst INSTRUMENTED: bool = {is_instrumented};");
    write("src/main.rs", &program);
    write(
        "src/prelude.rs",
        include_str!("../fixtures/fuzz/prelude.rs"),
    );
    write(
        "Cargo.toml",
        &format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
             [dependencies]\nautometrics = {{ path = \"{}\", default-features = false }}\n\n[workspace]\n",
            root.display()
        ),
    );
    let lock = fs::read(root.join("Cargo.lock")).expect("the lock file is there");
    fs::write(package.join("Cargo.lock"), lock).expect("the target folder can be written");
    package
}
