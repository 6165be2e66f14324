//! Errors of the command, each with a message of one line that names a remedy.

use std::{fmt::Display, io, path::PathBuf};

use autometrics_schema::record;
use slo_spec::{
    promql::SelectorError,
    rules::{GenerateError, PolicyError},
};

/// Reason why the command failed.
#[derive(Debug, thiserror::Error)]
#[error(transparent)]
pub struct Error(Box<Kind>);

impl Error {
    /// Returns the exit code of the process: cargo's own code if cargo failed, 1 if a check or a
    /// comparison found something, 3 if a comparison had too little data, else 2.
    pub fn exit_code(&self) -> u8 {
        match *self.0 {
            Kind::Cargo { code } => code,
            Kind::Found { .. } => 1,
            Kind::Undecided => 3,
            _ => 2,
        }
    }

    /// Returns `true` if the Prometheus answers and does not have the selected programs.
    pub(crate) fn is_about_services(&self) -> bool {
        matches!(
            *self.0,
            Kind::Services { .. } | Kind::UnknownService { .. } | Kind::NoPrograms { .. }
        )
    }

    /// Returns the lines for standard error; none if cargo has printed the reason.
    pub fn lines(&self) -> Vec<String> {
        let text = format!("error: {self}");
        match &*self.0 {
            Kind::Cargo { .. } => Vec::new(),
            // This is cargo's own message, which may have several lines.
            Kind::Metadata { .. } => text.lines().map(str::to_owned).collect(),
            _ => vec![text],
        }
    }
}

impl From<Kind> for Error {
    fn from(kind: Kind) -> Self {
        Self(Box::new(kind))
    }
}

#[derive(Debug, thiserror::Error)]
pub(crate) enum Kind {
    #[error("cargo failed")]
    Cargo { code: u8 },
    #[error("`{program}` cannot be started: {source}; check that cargo is on PATH")]
    CargoMissing { program: String, source: io::Error },
    #[error("cargo's messages cannot be read: {source}")]
    CargoMessages { source: io::Error },
    #[error("cargo cannot list the packages of the workspace: {said}")]
    Metadata { said: String },
    #[error(
        "the build created no program and no library: choose another target with \
         `--package`, `--bin`, `--lib` or `--example`"
    )]
    NothingBuilt,

    #[error("`{path}` cannot be read: {source}")]
    Read { path: PathBuf, source: io::Error },
    #[error(
        "`{path}` is a directory: give the path of the program in it, such as `target/release/NAME`, or leave out \
         `--artifact` to build the package in the current directory"
    )]
    Directory { path: PathBuf },
    #[error("`{path}` is not a regular file: expected a program or library")]
    Special { path: PathBuf },
    #[error(
        "`{path}` is not a regular file: pipes and devices are not read, because they may never end"
    )]
    SpecialInput { path: PathBuf },
    #[error(
        "`{path}` is empty (0 bytes), perhaps because its build was interrupted: build it again"
    )]
    Empty { path: PathBuf },
    #[error(
        "`{path}` is not an object file: expected a program, a library or an archive (ELF, Mach-O or PE) from a \
         compiler"
    )]
    NotAnObject { path: PathBuf },
    #[error("`{place}` is broken: {said}; copy or build it again")]
    Broken { place: String, said: String },
    #[error(
        "`{place}` has no section table, so its functions cannot be found: use the program as it was before a \
         packer or `sstrip` changed it"
    )]
    NoSections { place: String },
    #[error(
        "section `{section}` of `{place}` is compressed, which no compiler does: use the program as it was before \
         another tool changed it"
    )]
    Compressed { place: String, section: String },
    #[error(
        "section `{section}` of `{place}` has an older format, which this version of cargo-autometrics cannot \
         read: build the program with autometrics {ours}, or use an older cargo-autometrics",
        ours = env!("CARGO_PKG_VERSION")
    )]
    Older { place: String, section: String },
    #[error(
        "section `{section}` of `{place}` has a newer format than this version of \
         cargo-autometrics ({ours}) can read: update it with `cargo install cargo-autometrics`",
        ours = env!("CARGO_PKG_VERSION")
    )]
    Newer { place: String, section: String },
    #[error("section `{section}` of `{place}` is broken: {source}; copy or build it again")]
    BrokenRecord {
        place: String,
        section: String,
        source: record::Error,
    },
    #[error(
        "nothing is instrumented in {artifacts}: no function has `#[instrument_fn]` of autometrics 4 or newer; \
         a dependency that the program never names is not linked{bitcode}",
        artifacts = quoted(artifacts.iter().map(|path| path.display())),
        bitcode = if *bitcode {
            ", and libraries compiled for link-time optimisation contain no functions yet: choose a program with `--bin`, or another profile"
        } else {
            ""
        }
    )]
    Nothing {
        artifacts: Vec<PathBuf>,
        bitcode: bool,
    },

    #[error(
        "`{path}` is {} of the same command: give each file a path of its own",
        if *is_input { "an input and an output" } else { "two outputs" }
    )]
    SameFile { path: PathBuf, is_input: bool },
    #[error("`{path}` cannot be written: {source}")]
    Write { path: PathBuf, source: io::Error },
    #[error("`{path}`, {source}")]
    Policy { path: PathBuf, source: PolicyError },
    #[error(
        "no function belongs to an objective, so there are no rules: write \
         `#[instrument_fn(objective = CONST)]` with a `const CONST: Objective`"
    )]
    NoObjective,
    #[error(
        "there are two objectives `{name}` that differ, at {one} and {other}: \
         give one of them another name, or use one constant"
    )]
    Ambiguous {
        name: String,
        one: String,
        other: String,
    },
    #[error("`{option}`: {said}")]
    FormatOption { option: String, said: String },
    #[error("rules cannot be generated: {source}")]
    Rules { source: GenerateError },
    #[error(
        "`--tests` needs `--format yaml` or `json`: promtool reads only rule files of Prometheus"
    )]
    UntestableFormat,
    #[error("`{path}` contains no `SLO` of OpenSLO v1 (`apiVersion: openslo/v1`, `kind: SLO`)")]
    NoSlo { path: PathBuf },
    #[error("{path}:{line}:{column}: {said}")]
    OpenSlo {
        path: PathBuf,
        line: usize,
        column: usize,
        said: String,
    },
    #[error("{found}")]
    Found { found: String },

    #[error(
        "`--service` is `{name}`, with an invisible character: expected a name as in the label `service_name`"
    )]
    Service { name: String },
    #[error(
        "the Prometheus is missing: give the URL of one that scrapes the program with `--from`, such as \
         `--from http://localhost:9090`"
    )]
    NoPrometheus,
    #[error("`{url}` is not the address of a Prometheus: {said}")]
    Url { url: String, said: &'static str },
    #[error(
        "{which} `--header` {said}: expected a name and a value, such as `X-Scope-OrgID: team`"
    )]
    Header { which: String, said: &'static str },
    #[cfg(feature = "https")]
    #[error(
        "this system has no root certificates, so https:// cannot be verified{said}: \
         set SSL_CERT_FILE to a file with root certificates"
    )]
    Certificates { said: String },
    // Its names are constants of this workspace.
    #[error("the query for Prometheus is invalid: {source}")]
    Query { source: SelectorError },
    #[error("no answer from Prometheus at `{url}`: {said}")]
    Unreachable { url: String, said: String },
    #[error("Prometheus at `{url}` refused the query: {said}")]
    Refused { url: String, said: String },
    #[error(
        "Prometheus at `{url}` redirects to `{origin}`, another server, to which nothing was sent: \
         if that server is right, give its URL with `--from`"
    )]
    Elsewhere { url: String, origin: String },
    #[error("`{url}` does not answer as Prometheus does: {said}")]
    NotPrometheus { url: String, said: String },
    #[error(
        "Prometheus at `{url}` has calls of several services: {services}; \
         choose with `--service NAME`, which can be given more than once",
        services = quoted(services)
    )]
    Services { url: String, services: Vec<String> },
    #[error(
        "Prometheus at `{url}` knows no service `{service}`; known services: {known}",
        known = quoted(known)
    )]
    UnknownService {
        url: String,
        service: String,
        known: Vec<String>,
    },
    #[error("no calls of autometrics in the Prometheus at `{url}`: is the program scraped?")]
    NoPrograms { url: String },
    #[error("{said}")]
    Answer { said: String },
    #[error(
        "the calls do not suffice for a verdict about any function: wait, or choose longer windows"
    )]
    Undecided,
    #[error("standard output cannot be written: {source}")]
    Output { source: io::Error },
}

fn quoted(names: impl IntoIterator<Item = impl Display>) -> String {
    let names: Vec<_> = names.into_iter().map(|name| format!("`{name}`")).collect();
    names.join(", ")
}
