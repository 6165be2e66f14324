//! The programs that are measured, and their builds.

use std::{
    path::PathBuf,
    process::{Command, Stdio},
};

/// A library under test, in a program of its own.
///
/// Each is built by itself: built together, the back ends of Autometrics 3.0 would be unified into
/// one build, which it refuses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Program {
    pub(crate) package: &'static str,
    pub(crate) binary: &'static str,
    /// Name in tables.
    pub(crate) title: &'static str,
}

impl Program {
    const fn new(package: &'static str, binary: &'static str, title: &'static str) -> Self {
        Self {
            package,
            binary,
            title,
        }
    }
}

pub(crate) const OURS: Program = Program::new("ours", "ours", "autometrics (this)");

/// The same functions, called in a span of a sampled trace.
pub(crate) const OURS_IN_SPAN: Program =
    Program::new("ours", "ours-in-span", "autometrics (this), in a span");

/// A program of a thousand functions, for scrapes.
pub(crate) const CROWD: Program = Program::new("crowd", "crowd", "crowd");

/// Programs that ours is compared with, in the order of the tables' rows.
pub(crate) const RIVALS: [Program; 12] = [
    Program::new(
        "autometrics3-prometheus",
        "autometrics3-prometheus",
        "3.0 `prometheus`",
    ),
    Program::new(
        "autometrics3-opentelemetry",
        "autometrics3-opentelemetry",
        "3.0 `opentelemetry`",
    ),
    Program::new(
        "autometrics3-prometheus-client",
        "autometrics3-prometheus-client",
        "3.0 `prometheus-client`",
    ),
    Program::new(
        "autometrics3-metrics",
        "autometrics3-metrics",
        "3.0 `metrics`",
    ),
    Program::new(
        "metriken-by-hand",
        "metriken-by-hand",
        "`metriken`, by hand",
    ),
    Program::new(
        "opentelemetry-bound",
        "opentelemetry-bound",
        "OpenTelemetry, bound, by hand",
    ),
    Program::new(
        "prometheus-client-by-hand",
        "prometheus-client-by-hand",
        "`prometheus-client`, by hand",
    ),
    Program::new("hotpath-measure", "hotpath-measure", "`hotpath`"),
    Program::new(
        "fastrace-trace",
        "fastrace-trace",
        "`fastrace`, spans dropped",
    ),
    Program::new(
        "tracing-span",
        "tracing-without-subscriber",
        "`tracing`, no subscriber",
    ),
    Program::new(
        "tracing-span",
        "tracing-with-empty-layer",
        "`tracing`, empty layer",
    ),
    Program::new(
        "tracing-span",
        "tracing-with-fmt",
        "`tracing`, `fmt` to a sink",
    ),
];

impl Program {
    /// Returns `true` for a library with objectives and a gauge of running calls. Only Autometrics
    /// has them.
    pub(crate) fn has_goals(&self) -> bool {
        self.package == OURS.package || self.package.starts_with("autometrics3")
    }

    /// Returns `true` if threads of the library do a part of the work after the calls.
    ///
    /// A round must then be long, so that the time for waking them does not affect the figure.
    pub(crate) fn works_elsewhere(&self) -> bool {
        ["hotpath-measure", "fastrace-trace"].contains(&self.package)
    }

    /// Builds the program and returns its path.
    ///
    /// If the build fails, the error is the compiler's first one.
    pub(crate) fn build(&self) -> Result<PathBuf, String> {
        eprintln!("building {}", self.binary);
        let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
        let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["build", "--release", "--quiet", "--manifest-path", manifest])
            .args(["--package", self.package, "--bin", self.binary])
            .stdin(Stdio::null())
            .output()
            .map_err(|error| format!("cannot run cargo: {error}"))?;
        if !output.status.success() {
            let messages = String::from_utf8_lossy(&output.stderr);
            let first = messages.lines().find(|line| line.starts_with("error"));
            return Err(first
                .unwrap_or("cargo failed without an error message")
                .to_owned());
        }
        // The programs share the target folder and the profile of this program.
        let own = std::env::current_exe()
            .map_err(|error| format!("cannot find the path of this program: {error}"))?;
        Ok(own
            .with_file_name(self.binary)
            .with_extension(std::env::consts::EXE_EXTENSION))
    }
}
