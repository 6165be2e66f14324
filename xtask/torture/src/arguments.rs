//! Parses the command line, and holds the text of `--help`.

use lexopt::{Arg, Error, Parser, ValueExt as _};

use crate::{
    crates::{CRATES, Crate},
    instrument::Style,
};

/// Command that the command line selects.
pub(crate) enum Command {
    Help,
    List,
    Torture(Vec<&'static Crate>, Options),
}

/// Options of a run.
#[derive(Clone, Copy)]
pub(crate) struct Options {
    pub(crate) style: Style,
    pub(crate) tests: bool,
    pub(crate) clippy: bool,
}

pub(crate) const HELP: &str = "\
Instruments every function of published crates, and reports what changes: errors and warnings of the
compiler, and results of the crates' own tests.

Usage: cargo xtask torture [--only <crate>]... [options]

Options:
  --only <crate>    Try this crate only; give it again for more crates
  --small           Try the few small crates that `cargo xtask test` tries
  --list            List the crates
  --no-tests        Compile only, and do not run the crates' tests
  --clippy          Compare findings of clippy, pedantic lints included, instead of running tests
  --style <where>   Position of the attribute: `below` all other attributes (the default), `above`
                    them and the documentation, or `impl` for one on each `impl` block

All crates take more than half an hour the first time. Copies and all messages of the compiler are in
target/torture/<crate>-<version>. The exit code is 1 if anything is worse with the attribute.";

/// Parses the command line.
pub(crate) fn parse(mut parser: Parser) -> Result<Command, Error> {
    let mut options = Options {
        style: Style::Below,
        tests: true,
        clippy: false,
    };
    let mut only = Vec::new();
    let mut small = false;
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Short('h') | Arg::Long("help") => return Ok(Command::Help),
            Arg::Long("list") => return Ok(Command::List),
            Arg::Long("only") => only.push(name(&parser.value()?.string()?)?),
            Arg::Long("small") => small = true,
            Arg::Long("no-tests") => options.tests = false,
            Arg::Long("clippy") => (options.clippy, options.tests) = (true, false),
            Arg::Long("style") => options.style = style(&parser.value()?.string()?)?,
            other => return Err(other.unexpected()),
        }
    }
    let wanted =
        |tried: &&Crate| (only.is_empty() || only.contains(&tried.name)) && (!small || tried.small);
    let chosen = CRATES.iter().filter(wanted).collect();
    Ok(Command::Torture(chosen, options))
}

fn name(name: &str) -> Result<&'static str, Error> {
    let names = CRATES.iter().map(|tried| tried.name);
    names.clone().find(|known| *known == name).ok_or_else(|| {
        let names: Vec<_> = names.collect();
        format!("there is no crate `{name}`; there are {}", names.join(", ")).into()
    })
}

fn style(style: &str) -> Result<Style, Error> {
    match style {
        "above" => Ok(Style::Above),
        "below" => Ok(Style::Below),
        "impl" => Ok(Style::Impl),
        _ => Err(format!("there is no style `{style}`; there are above, below, impl").into()),
    }
}
