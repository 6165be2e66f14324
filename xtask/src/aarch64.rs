//! Provides a Rust compiler for aarch64, for the step that tests there.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use crate::debian::Suite;

/// Target triple that tests are compiled for.
const TARGET: &str = "aarch64-unknown-linux-gnu";
/// Debian's name of the target's processor.
const DEBIAN: &str = "arm64";
/// Folder below the workspace's root, and cargo's configuration file in it. The step `aarch64`
/// names both.
const FOLDER: &str = "target/aarch64";
const SETTINGS: &str = "cargo.toml";

/// Packages of Debian's newest compiler, which it builds its browsers with, and of the standard
/// library.
const COMPILER: &str = "rustc-web";
const LIBRARY: &str = "libstd-rust-web-dev";
/// Prefixes of the packages with the libraries that the compiler itself loads.
const PARTS: [&str; 2] = ["libstd-rust-web-", "libllvm"];

/// Writes a cargo configuration that compiles, links and emulates for aarch64.
///
/// Uses the installed toolchain if it has the standard library for the target. Otherwise fetches
/// Debian's compiler without installing it.
pub(crate) fn provide() -> Result<(), String> {
    let folder = xtask::root().join(FOLDER);
    fs::create_dir_all(&folder)
        .map_err(|error| format!("cannot create {}: {error}", folder.display()))?;
    let compiler = if toolchain_has_library() {
        None
    } else {
        Some(unpacked(&folder).map_err(|why| request(&why))?)
    };
    write(&folder.join(SETTINGS), &settings(compiler.as_deref()))
}

/// Returns `true` if rustup has installed the standard library for the target.
fn toolchain_has_library() -> bool {
    let output = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", TARGET])
        .stdin(Stdio::null())
        .output();
    output.is_ok_and(|output| Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir())
}

/// Returns the path of Debian's compiler, after unpacking it into `folder` unless it is there
/// already.
fn unpacked(folder: &Path) -> Result<PathBuf, String> {
    let compiler = folder.join("rustc");
    // The compiler is created last, so an interrupted run starts again.
    if compiler.is_file() {
        return Ok(compiler);
    }
    println!("\n== aarch64: fetching Debian's lists of packages for {DEBIAN}");
    let start = Instant::now();
    let debian = Suite::with_architecture(DEBIAN, &folder.join("apt"))?;
    let needed = debian.needs(COMPILER)?;
    let is_part = |name: &&String| PARTS.iter().any(|part| name.starts_with(part));
    let foreign = format!("{LIBRARY}:{DEBIAN}");
    let mut packages: Vec<&str> = vec![COMPILER, &foreign];
    packages.extend(needed.iter().filter(is_part).map(String::as_str));
    println!(
        "== aarch64: fetching and unpacking {} without installing them",
        packages.join(" ")
    );
    let unpacked = folder.join("debian");
    debian.unpack(&packages, &unpacked)?;
    let program = folder.join("rustc.new");
    write(&program, &starter(&unpacked)?)?;
    make_executable(&program)?;
    fs::rename(&program, &compiler)
        .map_err(|error| format!("cannot write {}: {error}", compiler.display()))?;
    println!(
        "== aarch64: ready after {:.1} s",
        start.elapsed().as_secs_f64()
    );
    Ok(compiler)
}

/// Returns a script that starts the compiler with its own libraries, which are in a folder that no
/// loader searches.
fn starter(unpacked: &Path) -> Result<String, String> {
    let compiler = unpacked.join("usr/bin/rustc");
    let libraries = libraries(&unpacked.join("usr/lib"))
        .ok_or_else(|| format!("{} has no libraries", unpacked.display()))?;
    Ok(format!(
        "#!/bin/sh\nLD_LIBRARY_PATH='{}' exec '{}' \"$@\"\n",
        libraries.display(),
        compiler.display()
    ))
}

/// Returns the folder of the libraries in `parent`. Its name contains the processor's.
fn libraries(parent: &Path) -> Option<PathBuf> {
    let folders = fs::read_dir(parent).ok()?.filter_map(Result::ok);
    let mut folders = folders.map(|folder| folder.path());
    folders.find(|folder| folder.to_string_lossy().ends_with("-linux-gnu"))
}

/// Returns the cargo configuration. `None` keeps cargo's own compiler.
fn settings(compiler: Option<&Path>) -> String {
    let compiler = compiler.map_or_else(String::new, |compiler| {
        format!("[build]\nrustc = '{}'\n\n", compiler.display())
    });
    format!(
        "{compiler}\
         [target.{TARGET}]\n\
         linker = 'aarch64-linux-gnu-gcc'\n\
         runner = ['qemu-aarch64-static', '-L', '/usr/aarch64-linux-gnu']\n\
         \n\
         # These builds are not debugged, and rarely change.\n\
         [profile.dev]\n\
         debug = false\n\
         incremental = false\n"
    )
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("cannot write {}: {error}", path.display()))
}

#[cfg(unix)]
fn make_executable(path: &Path) -> Result<(), String> {
    use std::os::unix::fs::PermissionsExt as _;

    fs::set_permissions(path, fs::Permissions::from_mode(0o755))
        .map_err(|error| format!("cannot make {} executable: {error}", path.display()))
}

/// Fails, because only Debian's compiler is made executable.
#[cfg(not(unix))]
fn make_executable(_: &Path) -> Result<(), String> {
    Err("this is not Debian".to_owned())
}

fn request(why: &str) -> String {
    format!(
        "the tests on aarch64 need a standard library for it, which this toolchain lacks.\n\
         `rustup target add {TARGET}` installs it. On Debian a compiler is fetched into {FOLDER} \
         without being installed, but {why}.\n"
    )
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use expect_test::expect;

    use super::{request, settings};

    #[test]
    fn settings_name_compiler_linker_and_emulator() {
        expect![[r"
            [build]
            rustc = '/somewhere/rustc'

            [target.aarch64-unknown-linux-gnu]
            linker = 'aarch64-linux-gnu-gcc'
            runner = ['qemu-aarch64-static', '-L', '/usr/aarch64-linux-gnu']

            # These builds are not debugged, and rarely change.
            [profile.dev]
            debug = false
            incremental = false
        "]]
        .assert_eq(&settings(Some(Path::new("/somewhere/rustc"))));
        assert!(settings(None).starts_with("[target."));
    }

    #[test]
    fn request_names_what_to_install() {
        expect![[r"
            the tests on aarch64 need a standard library for it, which this toolchain lacks.
            `rustup target add aarch64-unknown-linux-gnu` installs it. On Debian a compiler is fetched into target/aarch64 without being installed, but this is not Debian.
        "]]
        .assert_eq(&request("this is not Debian"));
    }
}
