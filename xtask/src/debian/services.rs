//! Keeps packages from starting the services that they contain.
//!
//! Debian's `prometheus` would start a server on port 9090, now and at every boot, on a machine
//! whose owner only wanted to run tests.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

/// Script that Debian runs before it starts a service. Its exit status allows or forbids the start.
const POLICY: &str = "/usr/sbin/policy-rc.d";
const MARK: &str = "# Written by `cargo xtask test`, which removes it.";

/// Guard that keeps the services of some packages from starting until it is dropped.
pub(super) struct HeldServices {
    packages: Vec<String>,
    ours: bool,
}

impl HeldServices {
    /// Holds the services with the names of `packages`. Other services start as always.
    pub(super) fn new(packages: &[&str]) -> Result<Self, String> {
        let ours = match fs::read_to_string(POLICY) {
            // A run that was killed may have left its policy.
            Ok(policy) => policy.contains(MARK),
            Err(_) => true,
        };
        if ours {
            write(&policy(packages)).map_err(|error| format!("cannot write {POLICY}: {error}"))?;
        }
        Ok(Self {
            packages: packages.iter().map(|&package| package.to_owned()).collect(),
            ours,
        })
    }
}

impl Drop for HeldServices {
    fn drop(&mut self) {
        if self.ours {
            let _ = fs::remove_file(POLICY);
        }
        for package in &self.packages {
            // A policy that we did not write may have let the service start.
            if !self.ours {
                quietly("invoke-rc.d", &[package, "stop"]);
            }
            if Path::new("/run/systemd/system").is_dir() {
                quietly("systemctl", &["disable", "--now", package]);
            }
        }
    }
}

/// Returns the policy script. Exit status 101 is "action forbidden"; other statuses allow the
/// start.
fn policy(packages: &[&str]) -> String {
    let names = packages.join(" | ");
    format!("#!/bin/sh\n{MARK}\ncase \"$1\" in\n    {names}) exit 101 ;;\nesac\nexit 0\n")
}

#[cfg(unix)]
fn write(policy: &str) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;

    fs::write(POLICY, policy)?;
    fs::set_permissions(POLICY, fs::Permissions::from_mode(0o755))
}

/// Fails, because only Debian has this policy.
#[cfg(not(unix))]
fn write(_: &str) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

/// Runs a command and ignores failures: the program or the service may be missing or not running.
fn quietly(program: &str, arguments: &[&str]) {
    let _ = Command::new(program)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status();
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    #[test]
    fn holds_only_the_services_of_the_packages() {
        expect![[r#"
            #!/bin/sh
            # Written by `cargo xtask test`, which removes it.
            case "$1" in
                prometheus | node) exit 101 ;;
            esac
            exit 0
        "#]]
        .assert_eq(&super::policy(&["prometheus", "node"]));
    }
}
