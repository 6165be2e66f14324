//! `cargo autometrics rules`: recording rules and alerts for Prometheus, tests of them, and parts
//! of an Alertmanager configuration.

mod call_tree;
mod format;
mod names;
mod options;
mod path;
mod slo;

use std::path::PathBuf;

use clap::Args;
use slo_spec::rules::{self, Generated, Rule, RuleFile, Slo, Window};

use self::call_tree::CallTree;
pub(crate) use self::format::NAME;
pub use self::{
    format::{Format, FormatOptions},
    options::Generation,
};
use crate::{
    Error,
    artifact::Selection,
    error::Kind,
    openslo, output,
    program::Program,
    transaction::{Transaction, check_distinct},
};

/// Files that the rules and their companions are written to.
#[derive(Clone, Debug, Args)]
pub struct Files {
    /// File for the rules instead of standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// File for tests of the rules, for `promtool test rules`
    #[arg(long, value_name = "FILE", requires = "output")]
    pub tests: Option<PathBuf>,

    /// File for parts of an Alertmanager configuration: inhibitions between the alerts, and routes
    /// by owner
    #[arg(long, value_name = "FILE", conflicts_with = "record_only")]
    pub inhibit: Option<PathBuf>,
}

/// Returns the objectives to generate rules for: those of the OpenSLO file if there is one, else
/// those of the program.
///
/// # Errors
///
/// Returns an error if the file or the program cannot be read, or if two objectives of the program
/// differ and have the same name.
fn slos(generation: &Generation, artifacts: &[PathBuf]) -> Result<Vec<Slo>, Error> {
    match &generation.openslo {
        Some(path) => {
            let objectives = openslo::read(path)?;
            for warning in &objectives.warnings {
                output::report(&format!("warning: {warning}"));
            }
            Ok(objectives.slos)
        }
        None => of_program(&Program::read(artifacts)?, None),
    }
}

/// Returns the objectives of `program`. With `service`, they count the series of this service only.
///
/// # Errors
///
/// Returns an error if two objectives differ and have the same name.
pub fn of_program(program: &Program, service: Option<&str>) -> Result<Vec<Slo>, Error> {
    let objectives = program.objectives();
    for pair in objectives.windows(2) {
        let [(one, by_one), (other, by_other)] = pair else {
            continue;
        };
        if one.name == other.name {
            return Err(Kind::Ambiguous {
                name: one.name.clone(),
                one: place(by_one),
                other: place(by_other),
            }
            .into());
        }
    }
    let call_tree = CallTree::new(program);
    let objectives = objectives.iter();
    Ok(objectives
        .map(|(objective, functions)| slo::slo(objective, functions, &call_tree, service))
        .collect())
}

/// Returns the objectives of `program`. Of objectives that differ and have the same name, only the
/// first one is returned.
pub(crate) fn distinct(program: &Program) -> Vec<Slo> {
    let objectives = program.objectives();
    let call_tree = CallTree::new(program);
    let mut slos: Vec<Slo> = Vec::new();
    for (objective, functions) in &objectives {
        if slos.last().is_none_or(|last| last.name != objective.name) {
            slos.push(slo::slo(objective, functions, &call_tree, None));
        }
    }
    slos
}

/// Returns `file:line` of the first function; empty if there is none.
pub(crate) fn place(functions: &[&crate::program::Function]) -> String {
    functions.first().map_or_else(String::new, |function| {
        format!("{}:{}", function.file, function.line)
    })
}

/// Generates the rules, and on request their tests and parts of an Alertmanager configuration.
///
/// # Errors
///
/// Returns an error if there is no objective, if an option is invalid, or if a file cannot be read
/// or written.
pub fn run(
    generation: &Generation,
    format_options: &FormatOptions,
    files: &Files,
    selection: &Selection,
) -> Result<(), Error> {
    if files.tests.is_some() && !matches!(format_options.format, Format::Yaml | Format::Json) {
        return Err(Kind::UntestableFormat.into());
    }
    format_options.validate()?;
    let artifacts = match generation.openslo {
        Some(_) => Vec::new(),
        None => selection.artifacts()?,
    };
    let outputs = [&files.output, &files.tests, &files.inhibit];
    let inputs = [
        &generation.openslo,
        &generation.policy,
        &selection.manifest.manifest_path,
    ];
    check_distinct(
        &outputs
            .into_iter()
            .flatten()
            .map(PathBuf::as_path)
            .collect::<Vec<_>>(),
        &inputs
            .into_iter()
            .flatten()
            .chain(&artifacts)
            .map(PathBuf::as_path)
            .collect::<Vec<_>>(),
    )?;
    let slos = slos(generation, &artifacts)?;
    if slos.is_empty() {
        return Err(Kind::NoObjective.into());
    }
    let options = generation.options()?;
    let generated = generate(&slos, &options)?;
    let warnings = generated.warnings.iter().map(ToString::to_string);
    for warning in warnings.chain(format_options.warning(&generated.file)) {
        output::report(&format!("warning: {warning}"));
    }
    let text = write(&generated.file, generation, format_options);
    let mut transaction = Transaction::default();
    if let Some(path) = &files.output {
        transaction.add(path, text.clone(), summary(&generated.file, slos.len()));
    }
    if let (Some(path), Some(rules)) = (&files.tests, &files.output) {
        let rules = path::relative(path, rules);
        let tests = rules::generate_tests(&slos, &options, &rules).map_err(refused)?;
        let text = format!("{}{tests}", header(generation, "", "tests of the rules"));
        transaction.add(path, text, "tests of the rules");
    }
    if let Some(path) = &files.inhibit {
        let snippet = rules::generate_inhibitions(&slos, &options).map_err(refused)?;
        let text = format!(
            "{}{}{snippet}",
            header(generation, "", "parts of an Alertmanager configuration"),
            RECEIVERS
        );
        transaction.add(path, text, "inhibitions and routes for Alertmanager");
    }
    // No file is written before all texts are complete.
    transaction.commit()?;
    match files.output {
        Some(_) => Ok(()),
        None => output::print(&text),
    }
}

const RECEIVERS: &str = "# Merge these parts into your configuration. The receivers have names only: add their settings.\n";

/// Generates the rules, with warnings about alerts that may not work as expected.
pub(crate) fn generate(slos: &[Slo], options: &rules::Options) -> Result<Generated, Error> {
    rules::generate(slos, options).map_err(refused)
}

fn refused(source: rules::GenerateError) -> Error {
    Kind::Rules { source }.into()
}

/// Formats a rule file. Unless it is JSON, a header names the command that writes it.
pub(crate) fn write(
    file: &RuleFile,
    generation: &Generation,
    format_options: &FormatOptions,
) -> String {
    let text = format_options.write(file);
    // JSON has no comments.
    if format_options.format == Format::Json {
        return text;
    }
    let header = header(
        generation,
        &format_options.typed(),
        "recording rules and alerts",
    );
    format!("{header}{}{text}", retention(file))
}

/// Default retention of Prometheus.
const RETENTION: Window = Window::days(15);

/// Returns a comment with the retention that the rules need, if that is longer than the default.
fn retention(file: &RuleFile) -> String {
    match file.looks_back().filter(|&longest| longest > RETENTION) {
        Some(longest) => format!(
            "# The rules need a retention of {longest}: --storage.tsdb.retention.time={longest}. The default of Prometheus is {RETENTION}.\n"
        ),
        None => String::new(),
    }
}

/// Formats the header: `what` is the content, and `shape` has the options of the format as they are
/// typed; it may be empty.
fn header(generation: &Generation, format_options: &str, what: &str) -> String {
    let mut words = vec!["cargo autometrics rules"];
    let typed = generation.typed();
    words.extend(
        [&typed, format_options]
            .into_iter()
            .filter(|words| !words.is_empty()),
    );
    let command = words.join(" ");
    let source = match generation.openslo {
        Some(_) => "the OpenSLO file",
        None => "the program's objectives",
    };
    format!(
        "# Generated from {source} by `{command}`: {what}.\n\
         # Change the objectives and generate the file again; edits of this file are lost.\n"
    )
}

/// Returns a text such as `78 rules, 12 of them alerts, of 2 objectives`.
fn summary(file: &RuleFile, objectives: usize) -> String {
    let rules = file.groups.iter().flat_map(|group| &group.rules);
    let (mut all, mut alerts) = (0, 0);
    for rule in rules {
        all += 1;
        alerts += usize::from(matches!(rule, Rule::Alert(_)));
    }
    let plural = if objectives == 1 { "" } else { "s" };
    format!("{all} rules, {alerts} of them alerts, of {objectives} objective{plural}")
}
