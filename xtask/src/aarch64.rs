//! A compiler for aarch64, for the step that tests there.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::Instant,
};

use crate::debian::Suite;

/// The target that tests are compiled for.
const TARGET: &str = "aarch64-unknown-linux-gnu";
/// Debian's name of its processor.
const DEBIAN: &str = "arm64";
/// The folder below the workspace's, and the settings of cargo's in it, which the step names.
const FOLDER: &str = "target/aarch64";
const SETTINGS: &str = "cargo.toml";

/// Debian's newest compiler, as its browsers are built with it, and its standard library.
const COMPILER: &str = "rustc-web";
const LIBRARY: &str = "libstd-rust-web-dev";
/// The beginning of the names of packages that have the libraries of the compiler itself.
const PARTS: [&str; 2] = ["libstd-rust-web-", "libllvm"];

/// Writes settings with which cargo compiles for aarch64, links and emulates.
///
/// The standard library of the installed toolchain is used where it has one, else Debian's
/// compiler, which is fetched without being installed.
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

/// Returns whether rustup has installed the standard library for the target.
fn toolchain_has_library() -> bool {
    let output = Command::new("rustc")
        .args(["--print", "target-libdir", "--target", TARGET])
        .stdin(Stdio::null())
        .output();
    output.is_ok_and(|output| Path::new(String::from_utf8_lossy(&output.stdout).trim()).is_dir())
}

/// Returns Debian's compiler, which it unpacks into a folder in `folder` unless that was done.
fn unpacked(folder: &Path) -> Result<PathBuf, String> {
    let compiler = folder.join("rustc");
    // The last thing to be there, so that an interrupted run starts again.
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
        "== aarch64: fetching and unpacking {}, which are not installed",
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
        "== aarch64: there after {:.1} s",
        start.elapsed().as_secs_f64()
    );
    Ok(compiler)
}

/// Returns a script that starts the compiler with its libraries, where no loader looks for them.
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

/// Finds the folder of the libraries in `parent`, which has the processor in its name.
fn libraries(parent: &Path) -> Option<PathBuf> {
    let folders = fs::read_dir(parent).ok()?.filter_map(Result::ok);
    let mut folders = folders.map(|folder| folder.path());
    folders.find(|folder| folder.to_string_lossy().ends_with("-linux-gnu"))
}

/// Returns the settings, with a compiler unless it is cargo's own.
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
         # Nobody debugs what is built there, or changes it often.\n\
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

/// Debian only.
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

            # Nobody debugs what is built there, or changes it often.
            [profile.dev]
            debug = false
            incremental = false
        "]]
        .assert_eq(&settings(Some(Path::new("/somewhere/rustc"))));
        assert!(settings(None).starts_with("[target."));
    }

    #[test]
    fn whoever_cannot_fetch_is_told_what_to_do() {
        expect![[r"
            the tests on aarch64 need a standard library for it, which this toolchain lacks.
            `rustup target add aarch64-unknown-linux-gnu` installs it. On Debian a compiler is fetched into target/aarch64 without being installed, but this is not Debian.
        "]]
        .assert_eq(&request("this is not Debian"));
    }
}
