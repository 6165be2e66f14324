//! Paths of the programs: the newer ones of `cargo xtask servers`, and those on `PATH`.

use std::{
    env,
    ffi::OsString,
    path::{Path, PathBuf},
    process::Command,
    sync::LazyLock,
};

/// Environment variable with the folder whose `bin/` contains the newer servers.
const VARIABLE: &str = "AUTOMETRICS_SERVERS";

/// A `promtool` that must accept generated rules and their tests.
#[derive(Clone, Debug)]
pub struct Promtool {
    /// Path, or a name on `PATH`.
    pub path: PathBuf,
    /// Version as the program prints it, for messages.
    pub version: String,
}

/// Returns the path of `name` among the newer servers: `prometheus`, `promtool`, `alertmanager`,
/// `victoria-metrics`, `vmalert` or `pushgateway`.
///
/// # Panics
///
/// Panics if the program is missing. A test that is skipped instead would pass for ever.
pub fn newer(name: &str) -> PathBuf {
    let path = folder(env::var_os(VARIABLE)).join("bin").join(name);
    assert!(
        path.is_file(),
        "there is no {}: `cargo xtask servers` fetches it, or set {VARIABLE} to a folder with bin/{name}",
        path.display()
    );
    path
}

/// Returns every `promtool` that must accept rules: the one on `PATH`, which is that of Debian's
/// stable release, and the newer one.
///
/// # Panics
///
/// Panics if one is missing or does not run.
pub fn promtools() -> [Promtool; 2] {
    static PROMTOOLS: LazyLock<[Promtool; 2]> = LazyLock::new(|| {
        [PathBuf::from("promtool"), newer("promtool")].map(|path| {
            let version = version(&path);
            Promtool { path, version }
        })
    });
    PROMTOOLS.clone()
}

/// Returns the folder that `variable` names, else the folder of `cargo xtask servers`.
fn folder(variable: Option<OsString>) -> PathBuf {
    variable.map_or_else(
        || {
            let package = Path::new(env!("CARGO_MANIFEST_DIR"));
            let root = package
                .ancestors()
                .nth(2)
                .expect("tests/harness is two folders deep");
            root.join("target/servers")
        },
        PathBuf::from,
    )
}

fn version(promtool: &Path) -> String {
    let output = Command::new(promtool).arg("--version").output();
    let output = output.unwrap_or_else(|error| {
        panic!(
            "can't run {}: {error}; `cargo xtask test` installs the Debian package `prometheus`, which has it",
            promtool.display()
        )
    });
    let text = String::from_utf8_lossy(&output.stdout);
    // "promtool, version 2.42.0+ds (branch: …"
    let version = text.split_whitespace().nth(2);
    version.unwrap_or("unknown").to_owned()
}

#[cfg(test)]
mod tests {
    use super::{folder, promtools};

    #[test]
    fn variable_takes_precedence_over_the_folder_of_xtask() {
        assert_eq!(folder(Some("elsewhere".into())).to_str(), Some("elsewhere"));
        assert!(folder(None).ends_with("target/servers"));
    }

    #[test]
    fn both_promtools_are_installed_and_the_second_is_3_5_or_newer() {
        let [_, newer] = promtools();
        let mut numbers = newer
            .version
            .split('.')
            .map(|part| part.parse().unwrap_or(0));
        let version: (u32, u32) = (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0));
        assert!(version >= (3, 5), "{}", newer.version);
    }
}
