//! Packages of a newer suite of Debian's or for other processors, for a machine that stays as
//! it is.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use super::{create, remove, unpack_archives};

/// Packages of Debian's, with lists and downloads in a folder of their own.
///
/// Neither the sources of the machine nor its installed packages change, so no
/// rights of root are needed.
pub(crate) struct Suite {
    /// Names the packages in errors.
    name: String,
    /// Options of apt's beside those for the folder.
    options: Vec<String>,
    /// Removed when the packages are unpacked.
    state: PathBuf,
}

impl Suite {
    /// Fetches the list of packages of the suite `name`, with `state` for apt's files.
    ///
    /// The mirror is the one from which this machine has its own suite.
    pub(crate) fn open(name: &str, state: &Path) -> Result<Self, String> {
        let mirror = mirror()?;
        let sources = state.join("suite.sources");
        let suite = Self {
            name: format!("Debian's suite `{name}`"),
            options: vec![
                format!("Dir::Etc::sourcelist={}", sources.display()),
                "Dir::Etc::sourceparts=/dev/null".to_owned(),
                // Without the mode, what cannot be reached is a warning. Of the machine's own
                // sources any may be gone, and not be needed.
                "APT::Update::Error-Mode=any".to_owned(),
            ],
            state: state.to_owned(),
        };
        create(state)?;
        fs::write(&sources, source(&mirror, name))
            .map_err(|error| format!("cannot write {}: {error}", sources.display()))?;
        suite.update()
    }

    /// Fetches the lists of this machine's sources, for its processor and for those of
    /// `architecture`, with `state` for apt's files.
    pub(crate) fn with_architecture(architecture: &str, state: &Path) -> Result<Self, String> {
        let suite = Self {
            name: format!("Debian for `{architecture}`"),
            // The machine's own stays in the list.
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

    /// Returns the names of all packages that the package `name` needs, itself first.
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

    /// Unpacks `packages`, without what they depend on, into `folder`.
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

    /// Returns a command of apt's that sees these packages.
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
        // Neither translations nor catalogues for software centres.
        for option in [
            "Acquire::Languages=none",
            "Acquire::IndexTargets::deb::DEP-11::DefaultEnabled=false",
            // Its own user cannot write into a folder of root's.
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

/// Runs a command of apt's and returns its output; an error is what it says is wrong, in one line.
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

/// Joins the lines in which apt-get says what is wrong.
fn complaints(text: &str) -> String {
    let lines = text
        .lines()
        .filter_map(|line| line.strip_prefix("E: "))
        .map(|line| line.trim_end_matches('.'));
    lines.collect::<Vec<_>>().join("; ")
}

/// Returns the packages in what `apt-cache depends --recurse` prints, without virtual ones.
fn named(depends: &str) -> Vec<String> {
    let lines = depends.lines();
    let packages = lines.filter(|line| !line.starts_with([' ', '<']));
    packages.map(str::to_owned).collect()
}

/// Returns the address from which this machine gets the packages of its own suite.
fn mirror() -> Result<String, String> {
    let release = fs::read_to_string("/etc/os-release").unwrap_or_default();
    let codename = codename(&release).ok_or("this is not Debian")?;
    let format = "$(RELEASE) $(REPO_URI)";
    // Works before any list was fetched, whatever the format of the sources.
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

/// Returns the codename of a Debian release, from the text of `os-release`.
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

/// Writes a source in deb822 format; its signature is checked with the machine's own keys.
fn source(mirror: &str, suite: &str) -> String {
    format!("Types: deb\nURIs: {mirror}\nSuites: {suite}\nComponents: main\n")
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::{codename, complaints, named, repository, source};

    #[test]
    fn the_release_of_debian_is_read() {
        let debian = "PRETTY_NAME=\"Debian\"\nVERSION_CODENAME=bookworm\nID=debian\n";
        assert_eq!(codename(debian), Some("bookworm"));
        let ubuntu = "ID=ubuntu\nID_LIKE=debian\nVERSION_CODENAME=\"noble\"\n";
        assert_eq!(codename(ubuntu), None);
        assert_eq!(codename(""), None);
    }

    #[test]
    fn the_mirror_is_that_of_the_machines_own_suite() {
        let targets = "nodistro https://node.example/\n\
                       bookworm-security http://mirror.example/debian-security/\n\
                       bookworm http://mirror.example/debian/\n";
        let mirror = repository(targets, "bookworm");
        assert_eq!(mirror, Some("http://mirror.example/debian/"));
        assert_eq!(repository(targets, "trixie"), None);
    }

    #[test]
    fn complaints_are_what_apt_calls_errors() {
        let said = "Reading package lists...\nW: old\nE: Unable to locate package a\nE: Unable to locate package b\n";
        assert_eq!(
            complaints(said),
            "Unable to locate package a; Unable to locate package b"
        );
    }

    #[test]
    fn packages_begin_the_lines_that_are_not_indented() {
        let depends =
            "rustc\n  Depends: gcc\n  Depends: <libc-dev>\n    libc6-dev\ngcc\n<libc-dev>\n";
        assert_eq!(named(depends), ["rustc", "gcc"]);
    }

    #[test]
    fn the_source_names_the_newer_suite() {
        expect![[r"
            Types: deb
            URIs: http://mirror.example/debian/
            Suites: forky
            Components: main
        "]]
        .assert_eq(&source("http://mirror.example/debian/", "forky"));
    }
}
