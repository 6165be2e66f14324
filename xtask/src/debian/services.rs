//! Keeps packages from starting the services that they bring.
//!
//! Debian's `prometheus` would start a server on port 9090, now and at every
//! boot, on a machine whose owner only wanted to run tests.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

/// What Debian asks before it starts a service.
const POLICY: &str = "/usr/sbin/policy-rc.d";
const MARK: &str = "# Written by `cargo xtask test`, which removes it.";

/// While this lives, the services of some packages are not started.
pub(super) struct Held {
    packages: Vec<String>,
    ours: bool,
}

impl Held {
    /// Holds the services named like `packages`; others start as always.
    pub(super) fn new(packages: &[&str]) -> Result<Self, String> {
        let ours = match fs::read_to_string(POLICY) {
            // A run that was killed has left it.
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

impl Drop for Held {
    fn drop(&mut self) {
        if self.ours {
            let _ = fs::remove_file(POLICY);
        }
        for package in &self.packages {
            // A policy of someone else's may have let it start.
            if !self.ours {
                quietly("invoke-rc.d", &[package, "stop"]);
            }
            if Path::new("/run/systemd/system").is_dir() {
                quietly("systemctl", &["disable", "--now", package]);
            }
        }
    }
}

/// 101 is "action forbidden"; anything else may start.
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

/// Debian only.
#[cfg(not(unix))]
fn write(_: &str) -> std::io::Result<()> {
    Err(std::io::ErrorKind::Unsupported.into())
}

/// Not every machine has what is being asked for, or has it running.
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
    fn only_the_packages_own_services_are_held() {
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
