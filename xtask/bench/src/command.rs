//! Measures the time that `cargo autometrics` takes for a large program.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use crate::{
    arguments::Arguments, figures::Figures, package::used_by_children, report::Report, table::Table,
};

const FUNCTIONS: usize = 1000;
const OBJECTIVES: usize = 100;

/// Arguments of each run. `true` adds `--artifact`; `false` lets the command build the program.
const RUNS: [(&[&str], bool); 9] = [
    (&["list"], true),
    (&["graph"], true),
    (&["check"], true),
    (&["rules", "-o", "rules.yml"], true),
    (&["rules", "-o", "rules.yml", "--tests", "tests.yml"], true),
    (&["check", "--rules", "rules.yml"], true),
    (&["list"], false),
    (&["rules", "-o", "rules.yml"], false),
    (&["check", "--rules", "rules.yml"], false),
];

pub(crate) fn measure(arguments: &Arguments, report: &mut Report) -> Result<(), String> {
    let runs: Vec<_> = RUNS
        .iter()
        .filter(|(run, _)| arguments.wants(&format!("command/{}", run[0])))
        .collect();
    if runs.is_empty() {
        return Ok(());
    }
    let command = command()?;
    let program = program()?;
    let mut figures = vec![(Figures::default(), Figures::default()); runs.len()];
    for round in 0..=if arguments.quick { 1 } else { 5 } {
        for ((run, named), (used, elapsed)) in runs.iter().zip(&mut figures) {
            let mut child = Command::new(&command);
            child.args(*run).args(["--quiet", "--offline"]);
            if *named {
                child = Command::new(&command);
                child.args(*run).args(["--artifact", PROGRAM]);
            }
            let (before, start) = (used_by_children()?, Instant::now());
            let output = child
                .current_dir(&program)
                .stdin(Stdio::null())
                .output()
                .map_err(|error| format!("cannot run {}: {error}", command.display()))?;
            let elapsed_now = start.elapsed();
            let used_now = used_by_children()?.saturating_sub(before);
            if !output.status.success() {
                return Err(String::from_utf8_lossy(&output.stderr).into_owned());
            }
            // The first round fills the file cache, and is not measured.
            if round > 0 {
                used.push(used_now.as_secs_f64() * 1000.0);
                elapsed.push(elapsed_now.as_secs_f64() * 1000.0);
            }
        }
    }
    let mut table = Table::new([
        "`cargo autometrics …`",
        "processor ms",
        "min elapsed ms",
        "median elapsed ms",
    ]);
    for ((run, named), (used, elapsed)) in runs.iter().zip(&figures) {
        let of = if *named { " --artifact PROGRAM" } else { "" };
        table.push(vec![
            format!("`{}{of}`", run.join(" ")),
            format!("{:.0}", used.minimum()),
            format!("{:.0}", elapsed.minimum()),
            format!("{:.0}", elapsed.median()),
        ]);
    }
    report.section("The command", &table);
    report.note(
        "`cargo xtask bench command`: a program of 1,000 functions, each of which calls two others, \
         and 100 objectives with a success rate and a latency, in cargo's dev profile and built \
         before. Without `--artifact` cargo checks that the build is up to date. Processor time is \
         the minimum of several runs.",
    );
    Ok(())
}

const PROGRAM: &str = "target/debug/thousand";

/// Builds `cargo-autometrics` as `cargo install` does, and returns its path.
fn command() -> Result<PathBuf, String> {
    let bench = Path::new(env!("CARGO_MANIFEST_DIR"));
    let target = bench.join("target/command/target");
    eprintln!("building cargo-autometrics");
    let manifest = bench.join("../../cargo-autometrics/Cargo.toml");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    cargo.args(["build", "--release", "--quiet", "--manifest-path"]);
    build(cargo.arg(manifest).arg("--target-dir").arg(&target))?;
    let name = format!("cargo-autometrics{}", std::env::consts::EXE_SUFFIX);
    Ok(target.join("release").join(name))
}

/// Writes and builds the large program, and returns its folder.
fn program() -> Result<PathBuf, String> {
    let bench = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = bench.join("target/command/thousand");
    let root = bench.join("../..").display().to_string();
    let manifest = format!(
        "[package]\nname = \"thousand\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
         [dependencies]\nautometrics = {{ path = \"{root}\", default-features = false }}\n\n[workspace]\n"
    );
    let write = |file: &str, text: &str| {
        fs::write(folder.join(file), text)
            .map_err(|error| format!("cannot write {file} of the large program: {error}"))
    };
    fs::create_dir_all(folder.join("src"))
        .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
    let lock = fs::read_to_string(bench.join("Cargo.lock"))
        .map_err(|error| format!("cannot read Cargo.lock: {error}"))?;
    write("Cargo.toml", &manifest)?;
    write("Cargo.lock", &lock)?;
    write("src/main.rs", &source())?;
    eprintln!("building {FUNCTIONS} functions");
    let mut cargo = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    build(cargo.args(["build", "--quiet"]).current_dir(&folder))?;
    Ok(folder)
}

fn build(cargo: &mut Command) -> Result<(), String> {
    let output = cargo
        .output()
        .map_err(|error| format!("cannot run cargo: {error}"))?;
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

fn source() -> String {
    let mut text = String::from(
        "use std::time::Duration;\n\nuse autometrics::{Objective, instrument_fn};\n\n",
    );
    for number in 0..OBJECTIVES {
        let _ = writeln!(
            text,
            "const GOAL_{number}: Objective = Objective::new(\"goal-{number}\")\n    \
             .success_rate(99.9)\n    .latency(Duration::from_millis(250), 99.0)\n    \
             .owner(\"team-{}\");",
            number % 7
        );
    }
    for number in 0..FUNCTIONS {
        // A function calls only functions with higher numbers, so that the calls end.
        let calls = [number + 1, 2 * number + 1]
            .into_iter()
            .filter(|callee| *callee < FUNCTIONS)
            .map(|callee| format!("    f{callee}(depth - 1)?;\n"));
        let _ = writeln!(
            text,
            "\n#[instrument_fn(objective = GOAL_{})]\n\
             fn f{number}(depth: u32) -> Result<u32, String> {{\n    \
             if depth == 0 {{\n        return Ok({number});\n    }}\n{}    Ok(depth)\n}}",
            number % OBJECTIVES,
            calls.collect::<String>()
        );
    }
    text.push_str("\nfn main() {\n    println!(\"{:?}\", f0(3));\n}\n");
    text
}
