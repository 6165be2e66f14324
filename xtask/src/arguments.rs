//! Parses the command line, and holds the texts of `--help`.

use std::ffi::OsString;

use lexopt::{Arg, Error, Parser, ValueExt};

use crate::suite::{QUICK_STEPS, STEPS, Step};

/// Command that the command line selects, with its options.
pub(crate) enum Command {
    Help(&'static str),
    ListSteps,
    Test(Vec<&'static Step>),
    Deny { offline: bool },
    Lowest,
    Msrv,
    PublicApi,
    Servers,
    Bench(Vec<OsString>),
    Torture(Vec<OsString>),
}

const HELP: &str = "\
Runs the tests, checks and benchmarks of this workspace.

Usage: cargo xtask <command> [options]

Commands:
  check       Check format and lints, and run the quick tests
  test        Run everything that a change must pass. Start here.
  deny        Check licences, known vulnerabilities and sources of all dependencies
  lowest      Check that the crates compile with the lowest versions of their dependencies
  msrv        Check that the crates compile with the oldest Rust version that they support
  public-api  Compare the public API with the listings in docs/public-api
  servers     Fetch the newer servers that some tests start
  bench       Measure costs, and compare them with other libraries
  torture     Instrument every function of published crates, and report what breaks

`cargo xtask <command> --help` describes a command.";

const CHECK: &str = "\
Checks the format, lints, unit tests and messages of the compiler. Needs no program but cargo.

Usage: cargo xtask check

Takes under three minutes on two cores, and longer the first time, as all dependencies are built.
Everything that a change must pass is `cargo xtask test`.";

const TEST: &str = "\
Runs everything that a change must pass, in steps that take a few minutes the first time.

Usage: cargo xtask test [--only <step>]... [--list]

Options:
  --only <step>   Run this step only; give it again for more steps
  --list          List the steps

After a step that fails, the next ones run all the same. The last line counts the tests:
`N passed, N failed, N skipped`; a step that fails without a failing test counts as one failed.

Some tests start real programs, such as Prometheus. Missing programs are installed on Debian if
you are root; elsewhere an error lists them. Servers that are newer than those of Debian's stable
release are fetched into target/servers: see `cargo xtask servers --help`. The step `aarch64`
fetches a compiler into target/aarch64, unless `rustup target add aarch64-unknown-linux-gnu` has
installed one.";

const DENY: &str = "\
Checks licences, known vulnerabilities and sources of all dependencies against deny.toml.

Usage: cargo xtask deny [--offline]

Options:
  --offline   Leave out known vulnerabilities, whose list has to be fetched

Needs cargo-deny: `cargo install --locked cargo-deny`.";

const LOWEST: &str = "\
Checks that the published libraries compile with the lowest version of each dependency that their
manifests allow, with all features.

Usage: cargo xtask lowest

The workspace's lock file is not changed: the check works on a copy of the manifests without tests,
in target/lowest. Missing versions are downloaded.";

const MSRV: &str = "\
Checks that the published crates compile with the oldest Rust version that their manifests support.

Usage: cargo xtask msrv

This Rust version comes from rustup if it is installed there. Otherwise, on Debian 12 as root,
Debian's packages of it are unpacked into target/msrv; nothing is installed on the system.";

const PUBLIC_API: &str = "\
Compares the public API of the published libraries, with all features, with the listings in
docs/public-api, and prints the differences.

Usage: cargo xtask public-api

It needs the toolchain whose rustdoc JSON the crate in xtask/public-api reads: Rust 1.95.

Environment:
  UPDATE_EXPECT=1   Rewrite the listings. Review them, and commit them with the change.";

const SERVERS: &str = "\
Fetches the newer servers that some tests start, and prints their versions.

Usage: cargo xtask servers

Prometheus 3.5 or newer with promtool, Alertmanager, VictoriaMetrics with vmalert, and Pushgateway
come from Debian's newer suite `forky`, from the mirror of this machine, and are unpacked into
target/servers/bin; nothing is installed on the system. Programs that are already there are not
fetched again. `cargo xtask test` does the same. Afterwards, `cargo test -p <package>` finds them.

Environment:
  AUTOMETRICS_SERVERS   Folder with these programs in its `bin`, used instead: prometheus,
                        promtool, alertmanager, victoria-metrics, vmalert, pushgateway";

/// Parses the command line. `--help` is a command, not an error.
pub(crate) fn parse(mut parser: Parser) -> Result<Command, Error> {
    let Some(first) = parser.next()? else {
        return Err("no command given".into());
    };
    let command = match first {
        Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help(HELP)),
        Arg::Value(command) => command.string()?,
        option => return Err(option.unexpected()),
    };
    match command.as_str() {
        "help" => Ok(Command::Help(HELP)),
        "check" => alone(parser, Command::Test(QUICK_STEPS.iter().collect()), CHECK),
        "test" => test(parser),
        "deny" => deny(parser),
        "lowest" => alone(parser, Command::Lowest, LOWEST),
        "msrv" => alone(parser, Command::Msrv, MSRV),
        "public-api" => alone(parser, Command::PublicApi, PUBLIC_API),
        "servers" => alone(parser, Command::Servers, SERVERS),
        // These two parse their own options, including `--help`.
        "bench" => Ok(Command::Bench(parser.raw_args()?.collect())),
        "torture" => Ok(Command::Torture(parser.raw_args()?.collect())),
        unknown => Err(format!("there is no command `{unknown}`").into()),
    }
}

fn test(mut parser: Parser) -> Result<Command, Error> {
    let mut only = Vec::new();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help(TEST)),
            Arg::Long("list") => return Ok(Command::ListSteps),
            Arg::Long("only") => only.push(step(&parser.value()?.string()?)?),
            Arg::Value(name) => {
                let name = step(&name.string()?)?;
                return Err(format!("to run one step: `--only {name}`").into());
            }
            other => return Err(other.unexpected()),
        }
    }
    // In the order of the table and once each, whatever the order of the options.
    let chosen = |step: &&Step| only.is_empty() || only.contains(&step.name);
    Ok(Command::Test(STEPS.iter().filter(chosen).collect()))
}

fn step(name: &str) -> Result<&'static str, Error> {
    let names = STEPS.iter().map(|step| step.name);
    names.clone().find(|known| *known == name).ok_or_else(|| {
        let names: Vec<_> = names.collect();
        format!("there is no step `{name}`; there are {}", names.join(", ")).into()
    })
}

fn deny(mut parser: Parser) -> Result<Command, Error> {
    let mut offline = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help(DENY)),
            Arg::Long("offline") => offline = true,
            other => return Err(other.unexpected()),
        }
    }
    Ok(Command::Deny { offline })
}

/// Parses the options of a command that has only `--help`.
fn alone(mut parser: Parser, command: Command, help: &'static str) -> Result<Command, Error> {
    match parser.next()? {
        None => Ok(command),
        Some(Arg::Short('h') | Arg::Long("help")) => Ok(Command::Help(help)),
        Some(other) => Err(other.unexpected()),
    }
}
