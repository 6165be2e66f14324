//! The programs that tests talk to, and where to get them.

use std::{fmt::Write as _, time::Instant};

use super::{announce, seconds, steps::Step};
use crate::{debian, process};

struct Program {
    name: &'static str,
    /// Debian's.
    package: &'static str,
    why: &'static str,
}

const PROGRAMS: &[Program] = &[
    Program {
        name: "prometheus",
        package: "prometheus",
        why: "scrapes what we export, and stores it",
    },
    Program {
        name: "promtool",
        package: "prometheus",
        why: "checks the metrics and rules that we write",
    },
    Program {
        name: "amtool",
        package: "prometheus-alertmanager",
        why: "checks what we write for Alertmanager",
    },
    Program {
        name: "git",
        package: "git",
        why: "compares rules as the jobs for CI do",
    },
];

/// Sees to it that the programs which `steps` need are there.
///
/// A test that is skipped for want of a program would pass for ever; so this
/// installs what is missing, or fails and says what to install.
pub(super) fn provide(steps: &[&Step]) -> Result<(), String> {
    let missing = missing();
    if missing.is_empty() || !steps.iter().any(|step| step.needs_programs) {
        return Ok(());
    }
    debian::ready().map_err(|why| request(&missing, why))?;

    let packages = packages(&missing);
    announce(&format!("programs: installing {}", packages.join(" ")));
    let start = Instant::now();
    debian::update()?;
    debian::install(&packages)?;
    announce(&format!(
        "programs: installed after {}",
        seconds(start.elapsed())
    ));

    let missing = self::missing();
    if missing.is_empty() {
        Ok(())
    } else {
        Err(request(&missing, "its packages did not bring them"))
    }
}

fn missing() -> Vec<&'static Program> {
    PROGRAMS
        .iter()
        .filter(|program| process::find(program.name).is_none())
        .collect()
}

fn packages(programs: &[&Program]) -> Vec<&'static str> {
    let mut packages: Vec<_> = programs.iter().map(|program| program.package).collect();
    packages.dedup();
    packages
}

fn request(missing: &[&Program], why: &str) -> String {
    let mut text = "the tests need programs that are not on PATH:\n\n".to_owned();
    for program in missing {
        let Program { name, package, why } = program;
        let _ = writeln!(text, "  {name:12} {why} (Debian: package {package})");
    }
    let _ = write!(
        text,
        "\nOn Debian as root they are installed by this command, but {why}.\n\
         Install them, and run it again. On Debian:\n\n  \
         sudo apt-get install --no-install-recommends {}\n\n\
         (Debian then also starts them as services on ports 9090 and 9093, which the tests do not need.)\n",
        packages(missing).join(" ")
    );
    text
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{PROGRAMS, request};

    #[test]
    fn whoever_cannot_install_is_told_what_and_why() {
        let all: Vec<_> = PROGRAMS.iter().collect();
        expect![[r"
            the tests need programs that are not on PATH:

              prometheus   scrapes what we export, and stores it (Debian: package prometheus)
              promtool     checks the metrics and rules that we write (Debian: package prometheus)
              amtool       checks what we write for Alertmanager (Debian: package prometheus-alertmanager)
              git          compares rules as the jobs for CI do (Debian: package git)

            On Debian as root they are installed by this command, but this is not Debian.
            Install them, and run it again. On Debian:

              sudo apt-get install --no-install-recommends prometheus prometheus-alertmanager git

            (Debian then also starts them as services on ports 9090 and 9093, which the tests do not need.)
        "]]
        .assert_eq(&request(&all, "this is not Debian"));
    }
}
