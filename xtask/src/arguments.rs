//! Parses the command line, and holds the texts of `--help`.

use std::ffi::OsString;

use lexopt::{Arg, Error, Parser, ValueExt};

use crate::suite::{STEPS, Step};

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
What developers and CI run on this workspace.

Usage: cargo xtask <command> [options]

Commands:
  test        Everything that a change must pass. Start here.
  deny        Licences, known vulnerabilities and sources of all dependencies
  lowest      Whether the crates compile with the lowest versions of dependencies that they ask for
  msrv        Whether the crates compile with the oldest Rust that they promise
  public-api  Whether the public API is the one that docs/public-api lists
  servers     Fetch the newer servers that some tests start
  bench       Measure, beside other libraries
  torture     Decorate every function of published crates, and see what breaks

`cargo xtask <command> --help` tells more about one of them.";

const TEST: &str = "\
Everything that a change must pass, in steps that take a few minutes the first time.

Usage: cargo xtask test [--only <step>]... [--list]

Options:
  --only <step>   Run this step only; give it again for more steps
  --list          List the steps

A step that fails does not keep the next ones from running. The last line counts the tests:
`N passed, N failed, N skipped`; a step that fails without a failing test counts as one failed.

Some tests talk to real programs, such as Prometheus. What is missing is installed on Debian
when you are root; elsewhere you are told what to install. Newer servers than Debian's stable
release has are fetched into target/servers: see `cargo xtask servers --help`. The step `aarch64`
fetches a compiler into target/aarch64 unless `rustup target add aarch64-unknown-linux-gnu` was
done.";

const DENY: &str = "\
Checks licences, known vulnerabilities and sources of all dependencies against deny.toml.

Usage: cargo xtask deny [--offline]

Options:
  --offline   Leave out known vulnerabilities, whose list has to be fetched

Needs cargo-deny: `cargo install --locked cargo-deny`.";

const LOWEST: &str = "\
Checks that the published libraries compile with the lowest version of each dependency that their
manifests ask for, with all features.

Usage: cargo xtask lowest

The workspace's lock file stays as it is: the check works on a copy of the manifests without tests,
in target/lowest. Versions that are not there yet are downloaded.";

const MSRV: &str = "\
Checks that the published crates compile with the oldest Rust that their manifests promise.

Usage: cargo xtask msrv

That Rust comes from rustup if it is installed there. Otherwise, on Debian 12 as root, Debian's
packages of it are unpacked into target/msrv; nothing is installed on the system.";

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
target/servers/bin; nothing is installed on the system. `cargo xtask test` does the same; what is
there is not fetched again. After it, `cargo test -p <package>` finds them.

Environment:
  AUTOMETRICS_SERVERS   A folder with these programs in its `bin`, to use instead: prometheus,
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
