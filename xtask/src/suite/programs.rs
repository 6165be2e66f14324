//! Programs that tests start, and the Debian packages that contain them.

use std::{fmt::Write as _, process::Command, time::Instant};

use super::{
    output::{Output, seconds},
    steps::Step,
};
use crate::{debian, process};

struct Program {
    name: &'static str,
    /// Name of Debian's package.
    package: &'static str,
    why: &'static str,
    /// Arguments with which the program must succeed; empty if its presence is enough.
    probe: &'static [&'static str],
}

const PROGRAMS: &[Program] = &[
    Program {
        name: "prometheus",
        package: "prometheus",
        why: "scrapes and stores exported metrics",
        probe: &[],
    },
    Program {
        name: "promtool",
        package: "prometheus",
        why: "checks exported metrics and generated rules",
        probe: &[],
    },
    Program {
        name: "amtool",
        package: "prometheus-alertmanager",
        why: "checks generated parts of Alertmanager configurations",
        probe: &[],
    },
    Program {
        name: "git",
        package: "git",
        why: "compares rules as in CI jobs",
        probe: &[],
    },
    Program {
        name: "chromium",
        package: "chromium",
        why: "shows the explorer's page",
        probe: &[],
    },
    Program {
        name: "node",
        package: "nodejs",
        why: "20 or newer: drives the browser",
        // Older versions take this option for a file name, and fail.
        probe: &["--test-timeout=1", "--version"],
    },
    Program {
        name: "npm",
        package: "npm",
        why: "installs the packages that drive the browser",
        probe: &[],
    },
    Program {
        name: "python3",
        package: "python3-venv",
        why: "with venv or pip: tests the explorer's API and its answers for agents",
        probe: &[
            "-c",
            "try: import ensurepip\nexcept ImportError: import pip",
        ],
    },
    Program {
        name: "aarch64-linux-gnu-gcc",
        package: "gcc-aarch64-linux-gnu",
        why: "links programs for aarch64",
        probe: &[],
    },
    Program {
        name: "aarch64-linux-gnu-gcc",
        package: "libc6-dev-arm64-cross",
        why: "with the C library, for linking programs for aarch64",
        probe: &[
            "-E",
            "-include",
            "stdio.h",
            "-x",
            "c",
            "/dev/null",
            "-o",
            "/dev/null",
        ],
    },
    Program {
        name: "qemu-aarch64-static",
        package: "qemu-user-static",
        why: "runs programs for aarch64",
        probe: &[],
    },
];

/// Ensures that the programs that `steps` need are installed.
///
/// A test that is skipped because a program is missing would pass for ever. So missing programs are
/// installed, or the error says what to install.
pub(super) fn provide(steps: &[&Step]) -> Result<(), String> {
    let missing = missing(steps);
    if missing.is_empty() {
        return Ok(());
    }
    debian::ready().map_err(|why| request(&missing, why))?;

    let packages = packages(&missing);
    Output::Screen.announce(&format!("programs: installing {}", packages.join(" ")));
    let start = Instant::now();
    debian::update()?;
    debian::install(&packages)?;
    Output::Screen.announce(&format!(
        "programs: installed after {}",
        seconds(start.elapsed())
    ));

    let missing = self::missing(steps);
    if missing.is_empty() {
        Ok(())
    } else {
        Err(request(&missing, "their packages do not contain them"))
    }
}

fn missing(steps: &[&Step]) -> Vec<&'static Program> {
    PROGRAMS
        .iter()
        .filter(|program| {
            steps
                .iter()
                .any(|step| step.programs.contains(&program.name))
        })
        .filter(|program| !program.is_there())
        .collect()
}

impl Program {
    fn is_there(&self) -> bool {
        let Some(path) = process::find(self.name) else {
            return false;
        };
        self.probe.is_empty()
            || Command::new(path)
                .args(self.probe)
                .output()
                .is_ok_and(|output| output.status.success())
    }
}

fn packages(programs: &[&Program]) -> Vec<&'static str> {
    let mut packages: Vec<_> = programs.iter().map(|program| program.package).collect();
    packages.dedup();
    packages
}

fn request(missing: &[&Program], why: &str) -> String {
    let mut text =
        "the tests need programs that are not on PATH, or lack a feature:\n\n".to_owned();
    for program in missing {
        let Program {
            name, package, why, ..
        } = program;
        let _ = writeln!(text, "  {name:21} {why} (Debian: package {package})");
    }
    let _ = write!(
        text,
        "\nOn Debian as root, this command installs them, but {why}.\n\
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

    use super::{super::steps::STEPS, PROGRAMS, request};

    #[test]
    fn each_program_of_a_step_is_in_the_table_and_vice_versa() {
        let needed: Vec<_> = STEPS.iter().flat_map(|step| step.programs).collect();
        for name in &needed {
            assert!(PROGRAMS.iter().any(|known| known.name == **name), "{name}");
        }
        for program in PROGRAMS {
            assert!(needed.contains(&&program.name), "{}", program.name);
        }
    }

    #[test]
    fn request_lists_missing_programs_and_the_reason() {
        let all: Vec<_> = PROGRAMS.iter().collect();
        expect![[r"
            the tests need programs that are not on PATH, or lack a feature:

              prometheus            scrapes and stores exported metrics (Debian: package prometheus)
              promtool              checks exported metrics and generated rules (Debian: package prometheus)
              amtool                checks generated parts of Alertmanager configurations (Debian: package prometheus-alertmanager)
              git                   compares rules as in CI jobs (Debian: package git)
              chromium              shows the explorer's page (Debian: package chromium)
              node                  20 or newer: drives the browser (Debian: package nodejs)
              npm                   installs the packages that drive the browser (Debian: package npm)
              python3               with venv or pip: tests the explorer's API and its answers for agents (Debian: package python3-venv)
              aarch64-linux-gnu-gcc links programs for aarch64 (Debian: package gcc-aarch64-linux-gnu)
              aarch64-linux-gnu-gcc with the C library, for linking programs for aarch64 (Debian: package libc6-dev-arm64-cross)
              qemu-aarch64-static   runs programs for aarch64 (Debian: package qemu-user-static)

            On Debian as root, this command installs them, but this is not Debian.
            Install them, and run it again. On Debian:

              sudo apt-get install --no-install-recommends prometheus prometheus-alertmanager git chromium nodejs npm python3-venv gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user-static

            (Debian then also starts them as services on ports 9090 and 9093, which the tests do not need.)
        "]]
        .assert_eq(&request(&all, "this is not Debian"));
    }
}
