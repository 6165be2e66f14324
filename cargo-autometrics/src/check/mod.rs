//! `cargo autometrics check`: all problems of objectives and rule files, in one run.

mod finding;
mod github;
mod human;
mod program;
mod rule_file;
mod sarif;

use std::path::PathBuf;

use clap::{Args, ValueEnum};

pub use self::finding::{Finding, Level, Place};
use crate::{
    Error,
    artifact::Selection,
    error::Kind,
    openslo, output,
    program::Program,
    rules::{self, Generation},
};

/// Output format of findings.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
#[non_exhaustive]
pub enum Format {
    /// A line per finding, for people to read.
    #[default]
    Human,
    /// Workflow commands of GitHub, which become annotations in the code.
    Github,
    /// SARIF 2.1.0, for tools that collect findings.
    Sarif,
}

/// Rule files to check in addition to the program, and the output of the findings.
#[derive(Clone, Debug, Args)]
pub struct Checks {
    /// Output format of the findings
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t)]
    pub format: Format,

    /// Rule file to compare with the generated rules; can be given more than once
    #[arg(long, value_name = "FILE")]
    pub rules: Vec<PathBuf>,

    /// Fail on warnings, too
    #[arg(long)]
    pub strict: bool,
}

/// Checks a program, and rule files that were made from it.
///
/// # Errors
///
/// Returns an error if a finding is an error, or with `--strict` a warning, if a file cannot be
/// read, or if the objectives cannot be turned into rules.
pub fn run(checks: &Checks, generation: &Generation, selection: &Selection) -> Result<(), Error> {
    let program = Program::read(&selection.artifacts()?)?;
    let mut findings = program::check(&program);
    let options = generation.options()?;
    let slos = match &generation.openslo {
        Some(path) => {
            let slos = openslo::read(path)?.slos;
            findings.extend(program::objectives_without_functions(&program, &slos, path));
            slos
        }
        None => rules::distinct(&program),
    };
    let generated = rules::generate(&slos, &options)?;
    findings.extend(program::warnings(&program, &generated.warnings));
    let options = rule_file::Options {
        generation,
        selection,
    };
    for path in &checks.rules {
        findings.extend(rule_file::check(path, &generated.file, &options, &slos)?);
    }
    findings.sort();
    findings.dedup();
    output::print(&match checks.format {
        Format::Human => human::write(&findings),
        Format::Github => github::write(&findings),
        Format::Sarif => sarif::write(&findings),
    })?;
    conclude(&findings, checks, &program)
}

/// Reports the number of findings. Returns an error if one is an error, or with `--strict` a
/// warning.
fn conclude(findings: &[Finding], checks: &Checks, program: &Program) -> Result<(), Error> {
    let count = |level| {
        findings
            .iter()
            .filter(|finding| finding.level == level)
            .count()
    };
    let (errors, warnings) = (count(Level::Error), count(Level::Warning));
    let plural = |n: usize, what: &str| format!("{n} {what}{}", if n == 1 { "" } else { "s" });
    let found = format!(
        "{} and {}",
        plural(errors, "error"),
        plural(warnings, "warning")
    );
    if errors > 0 || checks.strict && warnings > 0 {
        return Err(Kind::Found { found }.into());
    }
    output::report(&format!(
        "checked {} and {}: {found}",
        plural(program.functions().len(), "function"),
        plural(program.objectives().len(), "objective")
    ));
    Ok(())
}
