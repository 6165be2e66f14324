//! Command line: subcommands, options and help texts.

use std::ffi::OsString;

use clap::{Args, Parser, Subcommand};

use crate::{
    Error,
    answers::{compare, mcp, suspects},
    artifact::Selection,
    check::{self, Checks},
    fleet::FleetOptions,
    graph::{self, Graph},
    list, openslo, output,
    program::Program,
    prometheus::Source,
    rules::{self, Files, FormatOptions, Generation},
    service,
};

/// List functions instrumented with `#[instrument_fn]`, draw their calls, generate and check rules, find causes
#[derive(Debug, Parser)]
#[command(name = "cargo-autometrics", bin_name = "cargo autometrics", version)]
#[command(max_term_width = 100, styles = clap_cargo::style::CLAP_STYLING)]
#[command(subcommand_required = true, arg_required_else_help = true)]
#[command(after_help = "\
Each command builds the package in the current directory as `cargo build` does, and reads the result. \
It never runs the program. Results go to standard output, all other messages to standard error. The \
exit code is 0 for success, 1 if a check or a comparison finds something, 2 for other errors, 3 for a \
comparison with too little data, and cargo's own if cargo fails.

  cargo autometrics list                          instrumented functions with file and line
  cargo autometrics graph | dot -Tsvg > g.svg     picture of the calls
  cargo autometrics help graph                    help on one command")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    List(ListArguments),
    Graph(GraphArguments),
    Rules(RulesArguments),
    Check(CheckArguments),
    Openslo(OpenSloArguments),
    Suspects(SuspectsArguments),
    Compare(CompareArguments),
    Mcp(McpArguments),
}

/// List the instrumented functions with module, name, file, line and objectives
///
/// The functions are sorted by module and name. The output is the same on every machine.
/// Files of dependencies are shown as `name-version/src/…`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo autometrics list                                  the package in this directory
  cargo autometrics list -p shop --release                another package, built for release
  cargo autometrics list --artifact target/release/shop   a program that is already built
  cargo autometrics list --format json | jq -r '.functions[] | select(.objectives == []).function'")]
struct ListArguments {
    /// Output format: `table` for people, `json` for programs
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value_t,
        hide_possible_values = true
    )]
    format: list::Format,

    #[command(flatten)]
    selection: Selection,
}

/// Draw the calls between instrumented functions
///
/// The calls are read from the bodies of the functions. A call that could be one
/// of several functions, such as `.load()`, is drawn with a `?` and never guessed.
/// With `--from`, the calls that Prometheus has seen are added:
///
///   solid    in the code, and seen
///   dashed   in the code, but not seen
///   bold     seen, but not in the code: through closures, traits, spawned tasks
#[derive(Debug, Args)]
#[command(verbatim_doc_comment)]
#[command(after_help = "\
Examples:
  cargo autometrics graph | dot -Tsvg > graph.svg         picture by Graphviz
  cargo autometrics graph --format mermaid > graph.mmd    for Markdown, on pages that draw Mermaid
  cargo autometrics graph --from http://localhost:9090 --service shop --window 1h
  cargo autometrics graph --format json | jq '.ambiguous'")]
struct GraphArguments {
    /// Output format: `dot` for Graphviz, `mermaid` for Markdown, `json` for programs
    #[arg(
        long,
        value_enum,
        value_name = "FORMAT",
        default_value_t,
        hide_possible_values = true
    )]
    format: graph::Format,

    #[command(flatten, next_help_heading = "Calls at run time")]
    source: Source,

    #[command(flatten, next_help_heading = "Options")]
    selection: Selection,
}

/// Generate recording rules and burn-rate alerts for the objectives, and tests of the rules
///
/// For each objective that a function belongs to, the rules record rates, error
/// ratios, burn rates and the remaining error budget, and alert when it is used
/// up too fast. The same program gives the same rules, byte for byte.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo autometrics rules -o slo.rules.yml --tests slo.tests.yml
  promtool check rules slo.rules.yml && promtool test rules slo.tests.yml
  cargo autometrics rules --format kubernetes --label release=prometheus | kubectl apply -f -
  cargo autometrics rules -o slo.rules.yml --inhibit alertmanager.yml
  cargo autometrics rules --by env --match cluster=eu --policy ours.toml")]
struct RulesArguments {
    #[command(flatten)]
    format_options: FormatOptions,

    #[command(flatten, next_help_heading = "Files")]
    files: Files,

    #[command(flatten, next_help_heading = "Rules")]
    generation: Generation,

    #[command(flatten, next_help_heading = "Program")]
    selection: Selection,
}

/// Check objectives and rule files, and report all problems in one run
///
/// Errors: a rule file that differs from the generated rules (with `--rules`),
/// an objective that no function belongs to any more, two objectives under one
/// name. Warnings: alerts that can never fire, thresholds outside of the default
/// buckets, functions that share a name, names that other tools may refuse.
/// The exit code is 1 if there is an error.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo autometrics check                                   objectives of the program
  cargo autometrics check --rules slo.rules.yml             and a rule file
  cargo autometrics check --rules slo.rules.yml --format github    in a workflow on GitHub
  cargo autometrics check --format sarif > findings.sarif

Rule files are compared by meaning with the output of `cargo autometrics rules` with the same options: \
lines of functions, comments, quotes and line breaks make no difference.")]
struct CheckArguments {
    #[command(flatten)]
    checks: Checks,

    #[command(flatten, next_help_heading = "Rules")]
    generation: Generation,

    #[command(flatten, next_help_heading = "Program")]
    selection: Selection,
}

/// Write the objectives as OpenSLO v1, for other tools
///
/// `cargo autometrics rules --openslo FILE` reads such files, also those
/// from other tools.
#[derive(Debug, Args)]
struct OpenSloArguments {
    /// Name of the service that the objectives belong to; without it, the name of the package
    #[arg(long, value_name = "NAME")]
    service: Option<String>,

    #[command(flatten)]
    selection: Selection,
}

/// Find the functions that cause burning objectives, rising errors or rising latency
///
/// Prometheus is asked for the calls of all running programs, in the last window
/// and in the one before. From a function that fails more often or takes longer,
/// the search goes on to the callee that explains most of it.
///
/// The exit code is 0 with and without suspects, and 1 for suspects with `--fail`.
/// File and line come from the program, so they need `--artifact` or `-p`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo autometrics suspects --from http://localhost:9090
  cargo autometrics suspects --from http://localhost:9090 --objective checkout --artifact shop
  cargo autometrics suspects --from http://localhost:9090 --at 2026-11-30T12:00:00Z --window 10m")]
struct SuspectsArguments {
    #[command(flatten)]
    options: suspects::Options,

    #[command(flatten, next_help_heading = "Calls at run time")]
    fleet: FleetOptions,

    #[command(flatten, next_help_heading = "Program")]
    selection: Selection,
}

/// Compare two versions or windows, and report the functions that changed
///
/// A function is slower, faster, fails more or less often, fails with a new kind
/// of error, is lost, or has appeared. A change is reported only if it is
/// significant and matters: latency by 10 %, errors by half or a percentage point.
/// The probability of any wrong report in a comparison is 0.1 %.
///
/// The exit code is 1 if a function is slower, fails more often, fails with a new
/// kind of error or is lost, and 3 if there are too few calls for any verdict.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo autometrics compare --from http://localhost:9090 --before 1.4.0 --after 1.5.0
  cargo autometrics compare --from http://localhost:9090 --before 30m@1d --after 30m
  cargo autometrics compare --from http://localhost:9090 --before 1h@2h --after 1.5.0 --format markdown

A version is compared by the calls of the last `--window`; `version:1.4.0@2h` is a version whose window \
ended two hours ago. Two versions that run side by side, such as a canary, have the same load and give \
the best comparison.")]
struct CompareArguments {
    #[command(flatten)]
    options: compare::Options,

    #[command(flatten, next_help_heading = "Calls at run time")]
    fleet: FleetOptions,

    #[command(flatten, next_help_heading = "Program")]
    selection: Selection,
}

/// Serve tools for agents by the Model Context Protocol, over standard input and output
///
/// Agents ask for the suspects, the context of a place in the code, a comparison
/// and more. The tools only read. With `--from`, they answer over all programs that
/// Prometheus scrapes; without, they know the code only.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  cargo autometrics mcp --from http://localhost:9090 -p shop
  cargo autometrics mcp --artifact target/release/shop")]
struct McpArguments {
    #[command(flatten, next_help_heading = "Calls at run time")]
    fleet: FleetOptions,

    #[command(flatten, next_help_heading = "Program")]
    selection: Selection,
}

/// Runs the subcommand in `arguments`; the first argument is the name of the program.
///
/// Ends the process for help, for the version and for invalid arguments.
///
/// # Errors
///
/// Returns an error if there is nothing to read, if a check finds something, if a file cannot be
/// read or written, or if Prometheus does not answer.
pub fn run(arguments: impl Iterator<Item = OsString>) -> Result<(), Error> {
    match parse(&without_subcommand(arguments).collect::<Vec<_>>()).command {
        Command::List(ListArguments { format, selection }) => {
            let program = Program::read(&selection.artifacts()?)?;
            output::print(&list::write(&program, format))
        }
        Command::Graph(GraphArguments {
            format,
            source,
            selection,
        }) => {
            let program = Program::read(&selection.artifacts()?)?;
            let mut graph = Graph::new(&program);
            if let Some(observations) = source.query()? {
                if !graph.add(&observations) && !observations.is_empty() {
                    output::report(
                        "warning: none of the functions that Prometheus has seen is in this program: \
                         if it has another service name, give that with `--service`",
                    );
                }
            }
            output::print(&graph::write(&graph, format))
        }
        Command::Rules(RulesArguments {
            format_options,
            files,
            generation,
            selection,
        }) => rules::run(&generation, &format_options, &files, &selection),
        Command::Check(CheckArguments {
            checks,
            generation,
            selection,
        }) => check::run(&checks, &generation, &selection),
        Command::Openslo(OpenSloArguments { service, selection }) => {
            service::check(&service)?;
            let program = Program::read(&selection.artifacts()?)?;
            let slos = rules::of_program(&program, service.as_deref())?;
            let name = service.as_deref().or_else(|| program.package());
            output::print(&openslo::write(&slos, name.unwrap_or("program")))
        }
        Command::Suspects(SuspectsArguments {
            options,
            fleet,
            selection,
        }) => suspects::run(&fleet, &options, &selection),
        Command::Compare(CompareArguments {
            options,
            fleet,
            selection,
        }) => compare::run(&fleet, &options, &selection),
        Command::Mcp(McpArguments { fleet, selection }) => mcp::run(&fleet, &selection),
    }
}

/// Parses the arguments. Ends the process with help, the version or an error message if there is
/// nothing to run.
fn parse(arguments: &[OsString]) -> Cli {
    Cli::try_parse_from(arguments).unwrap_or_else(|error| {
        // Clap repeats arguments in its messages. The second parse gets them with control
        // characters escaped.
        let shown = arguments.iter();
        let shown = shown.map(|argument| output::printable(&argument.to_string_lossy()));
        Cli::try_parse_from(shown).err().unwrap_or(error).exit()
    })
}

/// Removes the argument `autometrics`: cargo starts `cargo-autometrics autometrics …`, and a person
/// may leave it out.
fn without_subcommand(arguments: impl Iterator<Item = OsString>) -> impl Iterator<Item = OsString> {
    let mut arguments = arguments.peekable();
    let name = arguments.next();
    arguments.next_if(|argument| argument == "autometrics");
    name.into_iter().chain(arguments)
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::Cli;

    #[test]
    fn clap_accepts_the_definitions_of_all_options() {
        Cli::command().debug_assert();
    }
}
