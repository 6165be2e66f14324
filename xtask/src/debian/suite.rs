//! Packages of a newer Debian suite or for another processor, without changing the machine.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{create, remove, unpack_archives};

/// Debian packages with lists and downloads in a folder of their own.
///
/// The machine's sources and its installed packages stay unchanged, so root's rights are not
/// needed.
pub(crate) struct Suite {
    /// Name of these packages in errors.
    name: String,
    /// Options of apt, in addition to those that name the folder.
    options: Vec<String>,
    /// Folder of apt's files. It is removed after the packages are unpacked.
    state: PathBuf,
}

impl Suite {
    /// Fetches the package list of the suite `name`, with `state` as the folder of apt's files.
    ///
    /// The mirror is the one of this machine's own suite.
    pub(crate) fn open(name: &str, state: &Path) -> Result<Self, String> {
        let mirror = mirror()?;
        let sources = state.join("suite.sources");
        let suite = Self {
            name: format!("Debian's suite `{name}`"),
            options: vec![
                format!("Dir::Etc::sourcelist={}", sources.display()),
                "Dir::Etc::sourceparts=/dev/null".to_owned(),
                // Without this mode an unreachable suite is only a warning. The machine's own
                // sources keep the default, because any of them may be gone and not be needed.
                "APT::Update::Error-Mode=any".to_owned(),
            ],
            state: state.to_owned(),
        };
        create(state)?;
        fs::write(&sources, source(&mirror, name))
            .map_err(|error| format!("cannot write {}: {error}", sources.display()))?;
        suite.update()
    }

    /// Fetches the package lists of this machine's sources, for its own processor and for
    /// `architecture`, with `state` as the folder of apt's files.
    pub(crate) fn with_architecture(architecture: &str, state: &Path) -> Result<Self, String> {
        let suite = Self {
            name: format!("Debian for `{architecture}`"),
            // `::=` adds an architecture and keeps the machine's own.
            options: vec![format!("APT::Architectures::={architecture}")],
            state: state.to_owned(),
        };
        suite.update()
    }

    fn update(self) -> Result<Self, String> {
        create(&self.lists().join("partial"))?;
        create(&self.archives().join("partial"))?;
        run(self.apt("apt-get").arg("update")).map_err(|said| {
            format!(
                "{} cannot be reached at the mirror of this machine: {said}",
                self.name
            )
        })?;
        Ok(self)
    }

    /// Returns the names of the package `name` and of all packages that it needs, recursively.
    pub(crate) fn needs(&self, name: &str) -> Result<Vec<String>, String> {
        let mut depends = self.apt("apt-cache");
        depends.args(["depends", "--recurse"]);
        for kind in [
            "recommends",
            "suggests",
            "conflicts",
            "breaks",
            "replaces",
            "enhances",
        ] {
            depends.arg(format!("--no-{kind}"));
        }
        let text = run(depends.arg(name))
            .map_err(|said| format!("{} does not know `{name}`: {said}", self.name))?;
        Ok(named(&text))
    }

    /// Unpacks `packages` into `folder`, without their dependencies, and removes apt's files.
    pub(crate) fn unpack(self, packages: &[&str], folder: &Path) -> Result<(), String> {
        let mut download = self.apt("apt-get");
        download
            .arg("download")
            .args(packages)
            .current_dir(self.archives());
        run(&mut download)
            .map_err(|said| format!("packages of {} cannot be fetched: {said}", self.name))?;
        create(folder)?;
        unpack_archives(&self.archives(), folder)?;
        remove(&self.state)
    }

    /// Returns a command of apt that sees only these packages.
    fn apt(&self, name: &str) -> Command {
        let mut command = Command::new(name);
        for (key, path) in [
            ("Dir::State", self.state.clone()),
            ("Dir::State::lists", self.lists()),
            ("Dir::Cache", self.state.join("cache")),
        ] {
            command.arg("-o").arg(format!("{key}={}", path.display()));
        }
        for option in &self.options {
            command.args(["-o", option]);
        }
        // Skips translations and the catalogues of software centres.
        for option in [
            "Acquire::Languages=none",
            "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
            // apt's unprivileged user cannot write into a folder of root.
            "APT::Sandbox::User=root",
            "Acquire::Retries=2",
        ] {
            command.args(["-o", option]);
        }
        command
    }

    fn lists(&self) -> PathBuf {
        self.state.join("lists")
    }

    fn archives(&self) -> PathBuf {
        self.state.join("archives")
    }
}

/// Runs a command of apt and returns its output. The error is one line with apt's own complaints.
fn run(apt: &mut Command) -> Result<String, String> {
    let output = apt
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("apt does not run: {error}"))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let text = [output.stdout, output.stderr].concat();
    Err(complaints(&String::from_utf8_lossy(&text)))
}

/// Joins the lines in which apt-get reports errors.
fn complaints(text: &str) -> String {
    let lines = text
        .lines()
        .filter_map(|line| line.strip_prefix("E: "))
        .map(|line| line.trim_end_matches('.'));
    lines.collect::<Vec<_>>().join("; ")
}

/// Returns the packages in the output of `apt-cache depends --recurse`, without virtual ones.
fn named(depends: &str) -> Vec<String> {
    let lines = depends.lines();
    let packages = lines.filter(|line| !line.starts_with([' ', '<']));
    packages.map(str::to_owned).collect()
}

/// Returns the address of the mirror of this machine's own suite.
fn mirror() -> Result<String, String> {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let codename = codename(&release).ok_or("this is not Debian")?;
    let format = "$(RELEASE) $(REPO_URI)";
    // `indextargets` works before any list was fetched, and with each format of sources.
    let output = Command::new("apt-get")
        .args(["indextargets", "--no-release-info", "--format", format])
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("cannot run `apt-get indextargets`: {error}"))?;
    let targets = String::from_utf8_lossy(&output.stdout);
    repository(&targets, codename)
        .map(str::to_owned)
        .ok_or_else(|| format!("apt's sources of this machine have no mirror of `{codename}`"))
}

/// Returns the codename of a Debian release from the text of `os-release`, `None` for other
/// systems.
fn codename(release: &str) -> Option<&str> {
    let value = |key: &str| {
        release
            .lines()
            .find_map(|line| line.strip_prefix(key)?.strip_prefix('='))
            .map(|value| value.trim_matches('"'))
    };
    (value("ID") == Some("debian")).then(|| value("VERSION_CODENAME"))?
}

/// Returns the address of the first target of the suite `codename`.
fn repository<'a>(targets: &'a str, codename: &str) -> Option<&'a str> {
    targets
        .lines()
        .filter_map(|line| line.split_once(' '))
        .find_map(|(release, uri)| (release == codename).then_some(uri))
}

/// Formats a source in deb822 format. apt checks its signature with the machine's own keys.
fn source(mirror: &str, suite: &str) -> String {
    format!("Types: deb\nURIs: {mirror}\nSuites: {suite}\nComponents: main\n")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{codename, complaints, named, repository, source};

    #[test]
    fn reads_the_codename_of_debian_only() {
        let debian = "PRETTY_NAME=\"Debian\"\nVERSION_CODENAME=bookworm\nID=debian\n";
        assert_eq!(codename(debian), Some("bookworm"));
        let ubuntu = "ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=\"noble\"\n";
        assert_eq!(codename(ubuntu), None);
        assert_eq!(codename(""), None);
    }

    #[test]
    fn mirror_belongs_to_the_machines_own_suite() {
        let targets = "nodistro https://node.example/\n\
                       bookworm-security http://mirror.example/debian-security/\n\
                       bookworm http://mirror.example/debian/\n";
        let mirror = repository(targets, "bookworm");
        assert_eq!(mirror, Some("http://mirror.example/debian/"));
        assert_eq!(repository(targets, "trixie"), None);
    }

    #[test]
    fn complaints_are_the_error_lines_of_apt() {
        let said = "Reading package lists...\nW: old\nE: Unable to locate package a\nE: Unable to locate package b\n";
        assert_eq!(
            complaints(said),
            "Unable to locate package a; Unable to locate package b"
        );
    }

    #[test]
    fn packages_are_on_lines_without_indentation() {
        let depends =
            "rustc\n  Depends: gcc\n  Depends: <libc-dev>\n    libc6-dev\ngcc\n<libc-dev>\n";
        assert_eq!(named(depends), ["rustc", "gcc"]);
    }

    #[test]
    fn source_names_the_newer_suite() {
        expect![[r"
            Types: deb
            URIs: http://mirror.example/debian/
            Suites: forky
            Components: main
        "]]
        .assert_eq(&source("http://mirror.example/debian/", "forky"));
    }
}
