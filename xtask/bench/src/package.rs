//! Writes programs of 300 functions, and builds them.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::{Duration, SystemTime},
};

use nix::{
    errno::Errno,
    sys::{
        resource::{UsageWho, getrusage},
        time::TimeValLike as _,
    },
};
use object::{Object as _, ObjectSection as _, SectionKind};

use crate::compile::{FUNCTIONS, Kind, SUBJECTS, Subject};

/// Number of the function that is changed before a build, in the middle of the file.
const CHANGED: usize = 150;

/// A program of 300 functions, in the target folder.
pub(crate) struct Package {
    pub(crate) folder: PathBuf,
    pub(crate) name: String,
}

impl Package {
    pub(crate) fn write(subject: &Subject, kind: &Kind) -> Result<Self, String> {
        let name = format!("{}-{}", subject.name, kind.name);
        Self::named(name, subject, &program(subject, kind))
    }

    /// Writes a program with the same dependency and uninstrumented functions.
    pub(crate) fn without_attribute(subject: &Subject, kind: &Kind) -> Result<Self, String> {
        let name = format!("{}-{}-without", subject.name, kind.name);
        Self::named(name, subject, &program(&SUBJECTS[0], kind))
    }

    fn named(name: String, subject: &Subject, program: &str) -> Result<Self, String> {
        let bench = Path::new(env!("CARGO_MANIFEST_DIR"));
        let folder = bench.join("target/compile").join(&name);
        let root = bench.join("../..").display().to_string();
        let manifest = format!(
            "[package]\nname = \"{name}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n\
             [dependencies]\n{}\n\n[workspace]\n",
            subject.dependency.replace("ROOT", &root)
        );
        let write = |file: &str, text: &str| {
            fs::write(folder.join(file), text)
                .map_err(|error| format!("cannot write {file} of {name}: {error}"))
        };
        fs::create_dir_all(folder.join("src"))
            .map_err(|error| format!("cannot make {}: {error}", folder.display()))?;
        let lock = fs::read_to_string(bench.join("Cargo.lock"))
            .map_err(|error| format!("cannot read Cargo.lock: {error}"))?;
        write("Cargo.toml", &manifest)?;
        write("Cargo.lock", &lock)?;
        write("src/main.rs", program)?;
        Ok(Self { folder, name })
    }

    /// Builds the program again and returns the processor time.
    ///
    /// Not the time of day: on a shared machine that would include the work of others.
    pub(crate) fn build(&self, profile: &str) -> Result<Duration, String> {
        let main = self.folder.join("src/main.rs");
        let touch = fs::File::open(&main).and_then(|file| file.set_modified(SystemTime::now()));
        touch.map_err(|error| format!("cannot touch {}: {error}", main.display()))?;
        self.cargo_build(profile, &self.target(), false)
    }

    /// Changes one line in the middle of the file, to another number in each `turn`, and returns
    /// the processor time of a developer's build.
    pub(crate) fn rebuild(&self, turn: usize) -> Result<Duration, String> {
        let main = self.folder.join("src/main.rs");
        let failed = |error| format!("cannot change {}: {error}", main.display());
        let text = fs::read_to_string(&main).map_err(failed)?;
        let [was, is] = [turn, turn + 1].map(|turn| format!("a + {}", CHANGED + turn * FUNCTIONS));
        if text.matches(&was).count() != 1 {
            return Err(format!("{} has not one `{was}`", main.display()));
        }
        fs::write(&main, text.replace(&was, &is)).map_err(failed)?;
        self.cargo_build("dev", &self.folder.with_file_name("incremental"), true)
    }

    fn cargo_build(
        &self,
        profile: &str,
        target: &Path,
        incremental: bool,
    ) -> Result<Duration, String> {
        let start = used_by_children()?;
        let output = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(["build", "--quiet", "--profile", profile])
            .arg("--target-dir")
            .arg(target)
            .env("CARGO_INCREMENTAL", if incremental { "1" } else { "0" })
            .current_dir(&self.folder)
            .output()
            .map_err(|error| format!("cannot run cargo: {error}"))?;
        if output.status.success() {
            Ok(used_by_children()?.saturating_sub(start))
        } else {
            Err(String::from_utf8_lossy(&output.stderr).into_owned())
        }
    }

    /// Returns the size of the loaded sections with text and data, in bytes.
    pub(crate) fn bytes(&self) -> Result<u64, String> {
        let path = self.target().join("release").join(&self.name);
        let bytes =
            fs::read(&path).map_err(|error| format!("cannot read {}: {error}", path.display()))?;
        let file =
            object::File::parse(&*bytes).map_err(|error| format!("{}: {error}", path.display()))?;
        let loaded = |kind| {
            matches!(
                kind,
                SectionKind::Text
                    | SectionKind::Data
                    | SectionKind::ReadOnlyData
                    | SectionKind::ReadOnlyDataWithRel
                    | SectionKind::ReadOnlyString
                    | SectionKind::UninitializedData
            )
        };
        let sections = file.sections().filter(|section| loaded(section.kind()));
        Ok(sections.map(|section| section.size()).sum())
    }

    /// Returns the target folder, which all packages share, so that each dependency is built once.
    /// Cargo locks it, so builds run one after the other.
    fn target(&self) -> PathBuf {
        self.folder.with_file_name("target")
    }
}

/// Returns the processor time of all child processes that have ended, including their own children.
pub(crate) fn used_by_children() -> Result<Duration, String> {
    let refused = |error: Errno| format!("cannot tell the processor time: {error}");
    let used = getrusage(UsageWho::RUSAGE_CHILDREN).map_err(refused)?;
    let micros = (used.user_time() + used.system_time()).num_microseconds();
    Ok(Duration::from_micros(
        u64::try_from(micros).unwrap_or_default(),
    ))
}

fn program(subject: &Subject, kind: &Kind) -> String {
    let [attribute, goal] = if kind.has_goal {
        [subject.with_goal, subject.goal]
    } else {
        [subject.attribute, ""]
    };
    let mut text = String::from(
        "#![allow(dead_code, unused)]\n\
         use std::{future::{Future, ready}, hint::black_box, pin::pin, task::{Context, Waker}};\n\n",
    );
    text.push_str(goal);
    for number in 0..FUNCTIONS {
        let function = kind.function.replace('N', &number.to_string());
        let _ = writeln!(text, "{attribute}\n{function}");
    }
    text.push_str("\nfn main() {\n    let mut context = Context::from_waker(Waker::noop());\n");
    for number in 0..FUNCTIONS {
        let _ = writeln!(text, "    {}", kind.call.replace('N', &number.to_string()));
    }
    text.push_str("}\n");
    text
}
