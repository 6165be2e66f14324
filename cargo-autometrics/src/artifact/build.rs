//! Builds the selected packages with cargo, and finds the files that it produced.

use std::{
    env,
    ffi::OsString,
    io::{self, BufReader},
    path::PathBuf,
    process::{Command, Stdio},
};

use cargo_metadata::{
    Artifact, CrateType, Message, MetadataCommand, PackageId, TargetKind, camino::Utf8PathBuf,
};
use clap_cargo::{Features, Workspace};

use super::{Selection, Targets};
use crate::{Error, error::Kind};

/// Exit code of cargo after a panic, also returned if a signal ended cargo, which leaves no code.
const KILLED: u8 = 101;

/// Builds the selected packages, and returns the files sorted by path.
///
/// From each package, these are the programs and linked libraries (`cdylib`, `staticlib`, `dylib`);
/// from a package that has neither, its `rlib`. If the packages are not known
/// [exactly](Packages::exact), an `rlib` is returned only if there is nothing else.
pub(super) fn build(selection: &Selection) -> Result<Vec<PathBuf>, Error> {
    let packages = packages(selection)?;
    let built = run(selection)?;
    let mut files = Vec::new();
    let mut unlinked = Vec::new();
    for package in &packages.ids {
        let built = || {
            built
                .iter()
                .filter(|artifact| artifact.package_id == *package)
        };
        let before = files.len();
        files.extend(built().flat_map(|artifact| linked(artifact, &selection.targets)));
        if files.len() == before {
            unlinked.extend(built().flat_map(libraries));
        }
    }
    if packages.exact || files.is_empty() {
        files.extend(unlinked);
    }
    if files.is_empty() {
        return Err(Kind::NothingBuilt.into());
    }
    files.sort();
    files.dedup();
    Ok(files)
}

/// Packages whose artifacts are wanted. Cargo reports the artifacts of all their dependencies, too.
struct Packages {
    ids: Vec<PackageId>,
    /// `true` if `ids` are the selected packages and no others. Only cargo can interpret a pattern,
    /// a version or an address (`shop@1.2.3`). `ids` is the whole workspace then, and packages that
    /// were built only as dependencies are not told apart.
    exact: bool,
}

fn packages(selection: &Selection) -> Result<Packages, Error> {
    let mut command = MetadataCommand::new();
    command.cargo_path(cargo()).no_deps();
    if let Some(path) = &selection.manifest.manifest_path {
        command.manifest_path(path);
    }
    command.other_options(selection.compilation.network());
    let metadata = command.exec().map_err(|error| match error {
        cargo_metadata::Error::CargoMetadata { stderr } => {
            // Cargo's message begins with `error: `, as ours do.
            let said = stderr.trim().trim_start_matches("error: ");
            Kind::Metadata {
                said: said.to_owned(),
            }
        }
        cargo_metadata::Error::Io(source) => missing(source),
        other => Kind::Metadata {
            said: other.to_string(),
        },
    })?;
    let names = &selection.workspace.package;
    let is_member = |name: &String| {
        metadata
            .packages
            .iter()
            .any(|package| package.name == *name)
    };
    let exact = names.iter().all(is_member);
    let (selected, others) = selection.workspace.partition_packages(&metadata);
    let packages = selected
        .into_iter()
        .chain(others.into_iter().filter(|_| !exact));
    Ok(Packages {
        ids: packages.map(|package| package.id.clone()).collect(),
        exact,
    })
}

fn run(selection: &Selection) -> Result<Vec<Artifact>, Error> {
    let mut child = Command::new(cargo())
        .args(["build", "--message-format=json-render-diagnostics"])
        .args(arguments(selection))
        .stdout(Stdio::piped())
        .spawn()
        .map_err(missing)?;
    let mut artifacts = Vec::new();
    let mut broken = None;
    if let Some(messages) = child.stdout.take() {
        for message in Message::parse_stream(BufReader::new(messages)) {
            match message {
                Ok(Message::CompilerArtifact(artifact)) => artifacts.push(artifact),
                // Output of a build script or of a wrapper of the compiler.
                Ok(Message::TextLine(line)) => crate::report(&line),
                Ok(_) => {}
                Err(source) => broken = Some(source),
            }
        }
    }
    let status = child
        .wait()
        .map_err(|source| Kind::CargoMessages { source })?;
    if !status.success() {
        let code = status.code().and_then(|code| u8::try_from(code).ok());
        return Err(Kind::Cargo {
            code: code.unwrap_or(KILLED),
        }
        .into());
    }
    match broken {
        Some(source) => Err(Kind::CargoMessages { source }.into()),
        None => Ok(artifacts),
    }
}

/// Returns the options that select packages, targets, features and compilation, in cargo's syntax.
pub(super) fn arguments(selection: &Selection) -> Vec<OsString> {
    let mut arguments: Vec<OsString> = Vec::new();
    arguments.extend(
        of_workspace(&selection.workspace)
            .into_iter()
            .map(Into::into),
    );
    arguments.extend(selection.targets.arguments().into_iter().map(Into::into));
    arguments.extend(of_features(&selection.features).into_iter().map(Into::into));
    arguments.extend(
        selection
            .compilation
            .arguments()
            .into_iter()
            .map(Into::into),
    );
    let paths = [
        ("--target-dir", &selection.compilation.target_dir),
        ("--manifest-path", &selection.manifest.manifest_path),
    ];
    for (flag, path) in paths {
        if let Some(path) = path {
            arguments.extend([flag.into(), path.into()]);
        }
    }
    arguments
}

fn of_workspace(workspace: &Workspace) -> Vec<String> {
    let mut arguments = Vec::new();
    if workspace.workspace || workspace.all {
        arguments.push("--workspace".to_owned());
    }
    arguments.extend(
        workspace
            .package
            .iter()
            .map(|spec| format!("--package={spec}")),
    );
    arguments.extend(
        workspace
            .exclude
            .iter()
            .map(|spec| format!("--exclude={spec}")),
    );
    arguments
}

fn of_features(features: &Features) -> Vec<String> {
    let mut arguments = Vec::new();
    if features.all_features {
        arguments.push("--all-features".to_owned());
    }
    if features.no_default_features {
        arguments.push("--no-default-features".to_owned());
    }
    arguments.extend(
        features
            .features
            .iter()
            .map(|names| format!("--features={names}")),
    );
    arguments
}

/// Returns the linked files of an artifact: programs, and libraries that are complete.
///
/// A program that was built only because tests start it is left out.
fn linked(artifact: &Artifact, targets: &Targets) -> Vec<PathBuf> {
    let target = &artifact.target;
    if let Some(program) = &artifact.executable {
        let binary = target.kind.contains(&TargetKind::Bin) && !artifact.profile.test;
        let wanted = !binary || targets.want_binaries();
        return wanted.then(|| program.into()).into_iter().collect();
    }
    let mut endings: Vec<&str> = Vec::new();
    for crate_type in &target.crate_types {
        match crate_type {
            CrateType::CDyLib | CrateType::DyLib => endings.extend(["so", "dylib", "dll"]),
            CrateType::StaticLib => endings.extend(["a", "lib"]),
            _ => {}
        }
    }
    files(artifact, &endings)
}

fn libraries(artifact: &Artifact) -> Vec<PathBuf> {
    files(artifact, &["rlib"])
}

fn files(artifact: &Artifact, endings: &[&str]) -> Vec<PathBuf> {
    let wanted = |file: &&Utf8PathBuf| {
        // A `.dll.lib` is the import library of a `.dll` and has no functions.
        let import = file.as_str().ends_with(".dll.lib");
        !import
            && file
                .extension()
                .is_some_and(|extension| endings.contains(&extension))
    };
    artifact
        .filenames
        .iter()
        .filter(wanted)
        .map(PathBuf::from)
        .collect()
}

/// Returns the cargo that started this process, or the one on PATH.
fn cargo() -> OsString {
    env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

fn missing(source: io::Error) -> Kind {
    let program = cargo().to_string_lossy().into_owned();
    Kind::CargoMissing { program, source }
}
