//! `cargo xtask servers`: provides servers for tests that are newer than those of Debian's stable
//! release.

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{self, Path, PathBuf},
    process::Command,
    time::Instant,
};

use crate::debian::Suite;

/// Environment variable with the folder whose `bin/` contains the servers.
pub(crate) const VARIABLE: &str = "AUTOMETRICS_SERVERS";

/// Debian's suite with these servers.
const SUITE: &str = "forky";

/// A program that tests start from `bin/`.
struct Server {
    name: &'static str,
    /// Debian's package, and the name of the program in it.
    package: &'static str,
    program: &'static str,
    /// Oldest version, as major and minor number, with which the tests pass.
    oldest: (u32, u32),
    why: &'static str,
}

const SERVERS: &[Server] = &[
    Server {
        name: "prometheus",
        package: "prometheus",
        program: "prometheus",
        oldest: (3, 5),
        why: "scrapes, stores and evaluates rules",
    },
    Server {
        name: "promtool",
        package: "promtool",
        program: "promtool",
        oldest: (3, 5),
        why: "runs the tests of rules",
    },
    Server {
        name: "alertmanager",
        package: "prometheus-alertmanager",
        program: "prometheus-alertmanager",
        oldest: (0, 28),
        why: "groups and inhibits alerts, and notifies",
    },
    Server {
        name: "victoria-metrics",
        package: "victoria-metrics",
        program: "victoria-metrics",
        oldest: (1, 100),
        why: "scrapes and stores, with another implementation than Prometheus",
    },
    Server {
        name: "vmalert",
        package: "victoria-metrics",
        program: "vmalert",
        oldest: (1, 100),
        why: "evaluates rules on VictoriaMetrics",
    },
    Server {
        name: "pushgateway",
        package: "prometheus-pushgateway",
        program: "prometheus-pushgateway",
        oldest: (1, 0),
        why: "keeps the metrics of jobs that have ended",
    },
];

/// Fetches the servers that are missing or too old, and prints all versions.
pub(crate) fn run() -> Result<(), String> {
    let folder = provide()?;
    for (server, state) in states(&folder) {
        println!("{:18}{}", server.name, state?);
    }
    Ok(())
}

/// Returns the folder with the servers, after fetching the missing ones.
///
/// A folder from the environment variable stays unchanged.
pub(crate) fn provide() -> Result<PathBuf, String> {
    if let Some(folder) = env::var_os(VARIABLE) {
        // Absolute, because tests run in the folders of their packages.
        let folder = path::absolute(&folder).unwrap_or_else(|_| PathBuf::from(folder));
        return match problems(&folder) {
            problems if problems.is_empty() => Ok(folder),
            problems => Err(request(
                &problems,
                &format!("{VARIABLE}={} does not have them all", folder.display()),
            )),
        };
    }
    let folder = xtask::root().join("target/servers");
    let missing = problems(&folder);
    if !missing.is_empty() {
        fetch(&folder).map_err(|why| request(&missing, &why))?;
    }
    match problems(&folder) {
        problems if problems.is_empty() => Ok(folder),
        problems => Err(request(
            &problems,
            &format!("the packages of `{SUITE}` do not contain them"),
        )),
    }
}

fn fetch(folder: &Path) -> Result<(), String> {
    println!("\n== servers: fetching the list of packages of Debian's suite `{SUITE}`");
    let start = Instant::now();
    let suite = Suite::open(SUITE, &folder.join("apt"))?;
    let packages = packages();
    println!(
        "== servers: fetching and unpacking {} without installing them",
        packages.join(" ")
    );
    let unpacked = folder.join("unpacked");
    suite.unpack(&packages, &unpacked)?;
    let bin = folder.join("bin");
    fs::create_dir_all(&bin)
        .map_err(|error| format!("cannot create {}: {error}", bin.display()))?;
    for server in SERVERS {
        let from = unpacked.join("usr/bin").join(server.program);
        fs::rename(&from, bin.join(server.name))
            .map_err(|error| format!("cannot move {}: {error}", from.display()))?;
    }
    // Documentation and programs that no test starts are left.
    fs::remove_dir_all(&unpacked)
        .map_err(|error| format!("cannot remove {}: {error}", unpacked.display()))?;
    let seconds = start.elapsed().as_secs_f64();
    println!("== servers: ready after {seconds:.1} s");
    Ok(())
}

fn packages() -> Vec<&'static str> {
    let mut packages: Vec<_> = SERVERS.iter().map(|server| server.package).collect();
    packages.dedup();
    packages
}

/// Returns the version of each server, or the problem with it.
fn states(folder: &Path) -> impl Iterator<Item = (&'static Server, Result<String, String>)> {
    SERVERS
        .iter()
        .map(move |server| (server, server.state(&folder.join("bin").join(server.name))))
}

fn problems(folder: &Path) -> Vec<(&'static Server, String)> {
    states(folder)
        .filter_map(|(server, state)| Some((server, state.err()?)))
        .collect()
}

impl Server {
    fn state(&self, path: &Path) -> Result<String, String> {
        if !path.is_file() {
            return Err("missing".to_owned());
        }
        let output = Command::new(path)
            .arg("--version")
            .output()
            .map_err(|error| format!("does not run: {error}"))?;
        // VictoriaMetrics' programs from Debian's packages print no version at all.
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text);
        self.accept(&text)
    }

    /// Returns the version in the output of `--version`, an error if it is too old.
    fn accept(&self, answer: &str) -> Result<String, String> {
        let Some((version, numbers)) = version(answer) else {
            return Ok("of an unknown version".to_owned());
        };
        if numbers < self.oldest {
            let (major, minor) = self.oldest;
            return Err(format!("{version} is older than {major}.{minor}"));
        }
        Ok(version.to_owned())
    }
}

/// Returns the first version in `answer`: its text, and its major and minor number.
fn version(answer: &str) -> Option<(&str, (u32, u32))> {
    answer.split_whitespace().find_map(|word| {
        let (major, rest) = word.trim_start_matches('v').split_once('.')?;
        let minor = rest.split(|c: char| !c.is_ascii_digit()).next()?;
        Some((word, (major.parse().ok()?, minor.parse().ok()?)))
    })
}

fn request(problems: &[(&Server, String)], why: &str) -> String {
    let mut text = "the tests need servers that are missing or too old:\n\n".to_owned();
    for (server, problem) in problems {
        let (major, minor) = server.oldest;
        let Server { name, why, .. } = server;
        let _ = writeln!(text, "  {name:18}{problem}: {major}.{minor} or newer {why}");
    }
    text + &format!(
        "\nOn Debian `cargo xtask servers` fetches them from the suite `{SUITE}` without installing anything, but {why}.\n\
         Elsewhere, put programs with these names into a folder `bin`, and set {VARIABLE} to its parent folder.\n"
    )
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{SERVERS, packages, request, version};

    #[test]
    fn reads_versions_from_the_output_of_programs() {
        let answer = "prometheus, version 3.5.3+ds1 (branch: debian/sid, revision: 3.5.3+ds1-6)";
        assert_eq!(version(answer), Some(("3.5.3+ds1", (3, 5))));
        let answer = "victoria-metrics-20260901-tags-v1.145.0-0-g1";
        assert_eq!(version(answer), None);
        assert_eq!(version("v1.145.0"), Some(("v1.145.0", (1, 145))));
        assert_eq!(version("no answer."), None);
    }

    #[test]
    fn accepts_versions_from_the_oldest_on() {
        let prometheus = &SERVERS[0];
        for answer in [
            "prometheus, version 3.5.0",
            "version 3.11.2",
            "version 4.0.0",
        ] {
            assert!(prometheus.accept(answer).is_ok(), "{answer}");
        }
        let refused = prometheus.accept("prometheus, version 2.42.0+ds");
        assert_eq!(refused, Err("2.42.0+ds is older than 3.5".to_owned()));
    }

    #[test]
    fn each_package_is_fetched_once() {
        expect![
            "prometheus promtool prometheus-alertmanager victoria-metrics prometheus-pushgateway"
        ]
        .assert_eq(&packages().join(" "));
    }

    #[test]
    fn request_lists_problems_and_the_remedy() {
        let problems = [
            (&SERVERS[1], "2.42.0 is older than 3.5".to_owned()),
            (&SERVERS[4], "missing".to_owned()),
        ];
        expect![[r"
            the tests need servers that are missing or too old:

              promtool          2.42.0 is older than 3.5: 3.5 or newer runs the tests of rules
              vmalert           missing: 1.100 or newer evaluates rules on VictoriaMetrics

            On Debian `cargo xtask servers` fetches them from the suite `forky` without installing anything, but this is not Debian.
            Elsewhere, put programs with these names into a folder `bin`, and set AUTOMETRICS_SERVERS to its parent folder.
        "]]
        .assert_eq(&request(&problems, "this is not Debian"));
    }
}
