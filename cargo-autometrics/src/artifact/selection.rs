//! Options that select the program, the same for every subcommand.

use std::path::PathBuf;

use clap::Args;
use clap_cargo::{Features, Manifest, Workspace};

/// Selection of the programs to read: compiled files, or packages that cargo builds now.
#[derive(Clone, Debug, Default, Args)]
#[group(skip)]
pub struct Selection {
    /// Program or library to read without a build; can be given more than once
    #[arg(long, value_name = "PATH")]
    #[arg(conflicts_with_all = ["Workspace", "Targets", "Features", "Compilation", "Manifest"])]
    pub artifact: Vec<PathBuf>,

    /// Packages to build.
    #[command(flatten, next_help_heading = "Package selection")]
    pub workspace: Workspace,

    /// Targets of the packages.
    #[command(flatten, next_help_heading = "Target selection")]
    pub targets: Targets,

    /// Features of the packages.
    #[command(flatten, next_help_heading = "Feature selection")]
    pub features: Features,

    /// Profile, platform and other options of the build.
    #[command(flatten, next_help_heading = "Compilation")]
    pub compilation: Compilation,

    /// Path of the manifest.
    #[command(flatten, next_help_heading = "Manifest")]
    pub manifest: Manifest,
}

/// Targets of the packages to build, as for `cargo build`.
#[derive(Clone, Debug, Default, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct Targets {
    /// Only the package's library
    #[arg(long)]
    pub lib: bool,

    /// Only this binary
    #[arg(long, value_name = "NAME")]
    pub bin: Vec<String>,

    /// All binaries
    #[arg(long)]
    pub bins: bool,

    /// Only this example
    #[arg(long, value_name = "NAME")]
    pub example: Vec<String>,

    /// All examples
    #[arg(long)]
    pub examples: bool,

    /// Only this test
    #[arg(long, value_name = "NAME")]
    pub test: Vec<String>,

    /// Only this benchmark
    #[arg(long, value_name = "NAME")]
    pub bench: Vec<String>,

    /// All benchmarks
    #[arg(long)]
    pub benches: bool,

    /// All targets
    #[arg(long)]
    pub all_targets: bool,
}

/// Options of the build, as for `cargo build`.
#[derive(Clone, Debug, Default, Args)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a flag of the command line"
)]
pub struct Compilation {
    /// Build with optimisations
    #[arg(short, long, conflicts_with = "profile")]
    pub release: bool,

    /// Build with this profile
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,

    /// Build for this platform
    #[arg(long, value_name = "TRIPLE")]
    pub target: Vec<String>,

    /// Directory for the files that cargo builds
    #[arg(long, value_name = "DIRECTORY")]
    pub target_dir: Option<PathBuf>,

    /// Fail if Cargo.lock would change
    #[arg(long)]
    pub locked: bool,

    /// Do not use the network
    #[arg(long)]
    pub offline: bool,

    /// Same as `--locked --offline`
    #[arg(long)]
    pub frozen: bool,

    /// Do not show the progress of the build
    #[arg(short, long)]
    pub quiet: bool,
}

impl Targets {
    /// Returns `true` if binaries are selected, and not only built because tests start them.
    pub(super) fn want_binaries(&self) -> bool {
        let for_tests = !self.test.is_empty() || !self.bench.is_empty() || self.benches;
        self.bins || !self.bin.is_empty() || self.all_targets || !for_tests
    }

    pub(super) fn arguments(&self) -> Vec<String> {
        let flags = [
            ("--lib", self.lib),
            ("--bins", self.bins),
            ("--examples", self.examples),
            ("--benches", self.benches),
            ("--all-targets", self.all_targets),
        ];
        let names = [
            ("--bin", &self.bin),
            ("--example", &self.example),
            ("--test", &self.test),
            ("--bench", &self.bench),
        ];
        let flags = flags
            .into_iter()
            .filter(|(_, set)| *set)
            .map(|(flag, _)| flag.to_owned());
        let names = names
            .into_iter()
            .flat_map(|(flag, names)| names.iter().map(move |name| format!("{flag}={name}")));
        flags.chain(names).collect()
    }
}

impl Compilation {
    /// Returns the options that `cargo metadata` has as well.
    pub(super) fn network(&self) -> Vec<String> {
        let flags = [
            ("--locked", self.locked),
            ("--offline", self.offline),
            ("--frozen", self.frozen),
        ];
        flags
            .into_iter()
            .filter(|(_, set)| *set)
            .map(|(flag, _)| flag.to_owned())
            .collect()
    }

    pub(super) fn arguments(&self) -> Vec<String> {
        let mut arguments = self.network();
        let flags = [("--release", self.release), ("--quiet", self.quiet)];
        let flags = flags.into_iter().filter(|(_, set)| *set);
        arguments.extend(flags.map(|(flag, _)| flag.to_owned()));
        arguments.extend(
            self.profile
                .iter()
                .map(|profile| format!("--profile={profile}")),
        );
        arguments.extend(
            self.target
                .iter()
                .map(|target| format!("--target={target}")),
        );
        arguments
    }
}
