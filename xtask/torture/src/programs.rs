//! Runs the crates' own tests, and reads their results.

use std::{
    collections::BTreeMap,
    fmt,
    io::{self, Read as _},
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use crate::compile::Program;

/// Result of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum TestResult {
    Passed,
    Failed,
    Ignored,
    /// Took too long, or died with its program.
    Lost,
}

/// A test, and its program.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Name {
    pub(crate) program: String,
    /// Empty for the program as a whole, if it names no tests or died.
    pub(crate) test: String,
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { program, test } = self;
        write!(
            f,
            "{program} {}",
            if test.is_empty() { "as a whole" } else { test }
        )
    }
}

impl fmt::Display for TestResult {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Passed => "passed",
            Self::Failed => "failed",
            Self::Ignored => "ignored",
            Self::Lost => "did not end",
        })
    }
}

/// Result of each test.
pub(crate) type TestResults = BTreeMap<Name, TestResult>;

/// Limit for one test program. The slowest known one takes half of it.
const LIMIT: Duration = Duration::from_mins(3);

/// Runs test programs in the folder of their package.
pub(crate) fn run(programs: &[Program], folder: &Path) -> Result<TestResults, String> {
    let mut ends = TestResults::new();
    for program in programs {
        let name = |test| Name {
            program: program.name.clone(),
            test,
        };
        let (output, whole) = output(program, folder, &[])?;
        let tests = read(&output);
        let has_none = tests.is_empty() && !output.contains("running 0 tests");
        let explained = tests.values().any(|end| *end == TestResult::Failed);
        // A program that dies ends other tests too, whose names are then missing.
        if has_none || whole == TestResult::Lost || whole == TestResult::Failed && !explained {
            ends.insert(name(String::new()), whole);
        }
        for (test, end) in tests {
            ends.insert(name(test), end);
        }
    }
    Ok(ends)
}

/// Runs one test again, or the whole program if `test` is empty.
pub(crate) fn again(program: &Program, test: &str, folder: &Path) -> Result<TestResult, String> {
    if test.is_empty() {
        return Ok(output(program, folder, &[])?.1);
    }
    let (output, _) = output(program, folder, &["--exact", test])?;
    Ok(read(&output).get(test).copied().unwrap_or(TestResult::Lost))
}

/// Runs a program, and returns its standard output and its result as a whole.
fn output(
    program: &Program,
    folder: &Path,
    arguments: &[&str],
) -> Result<(String, TestResult), String> {
    let failed = |error: io::Error| format!("cannot run {}: {error}", program.path.display());
    let mut child = Command::new(&program.path)
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_MANIFEST_DIR", folder)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .map_err(failed)?;
    let mut stdout = child.stdout.take().expect("standard output is a pipe");
    let reader = thread::spawn(move || {
        let mut bytes = Vec::new();
        // A read error only shortens the output.
        let _ = stdout.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    });
    let start = Instant::now();
    let end = loop {
        match child.try_wait().map_err(failed)? {
            Some(status) if status.success() => break TestResult::Passed,
            Some(_) => break TestResult::Failed,
            None if start.elapsed() > LIMIT => {
                child.kill().map_err(failed)?;
                child.wait().map_err(failed)?;
                break TestResult::Lost;
            }
            None => thread::sleep(Duration::from_millis(20)),
        }
    };
    Ok((reader.join().unwrap_or_default(), end))
}

/// Returns the results of the tests that have ended, from the output of libtest or of a similar
/// harness.
fn read(output: &str) -> BTreeMap<String, TestResult> {
    let mut ends = BTreeMap::new();
    for line in output.lines() {
        // A test's own output may precede the result on its line.
        let Some(at) = line.find("test ") else {
            continue;
        };
        let Some((name, end)) = line[at + "test ".len()..].rsplit_once(" ... ") else {
            continue;
        };
        let end = match end.split([',', ' ']).next() {
            Some("ok") => TestResult::Passed,
            Some("FAILED") => TestResult::Failed,
            Some("ignored") => TestResult::Ignored,
            _ => continue,
        };
        let name = name.strip_suffix(" - should panic").unwrap_or(name);
        ends.insert(name.to_owned(), end);
    }
    ends
}

/// Number of tests of a run that passed, and that failed or were lost.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) passed: usize,
    pub(crate) failed: usize,
}

impl Counts {
    pub(crate) fn of(ends: &TestResults) -> Self {
        let count = |wanted| ends.values().filter(|end| **end == wanted).count();
        Self {
            passed: count(TestResult::Passed),
            failed: count(TestResult::Failed) + count(TestResult::Lost),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{TestResult, read};

    #[test]
    fn reads_the_results_of_tests() {
        let output = "\
running 5 tests
test a::fine ... ok
test a::panics - should panic ... ok
said before it: test a::wrong ... FAILED
test a::later ... ignored, needs a network
test src/lib.rs - a (line 3) ... ok
test a::hangs has been running for over 60 seconds
test result: FAILED. 3 passed; 1 failed; 1 ignored; 0 measured; 0 filtered out";
        let ends: Vec<_> = read(output).into_iter().collect();
        let expected = [
            ("a::fine", TestResult::Passed),
            ("a::later", TestResult::Ignored),
            ("a::panics", TestResult::Passed),
            ("a::wrong", TestResult::Failed),
            ("src/lib.rs - a (line 3)", TestResult::Passed),
        ];
        assert_eq!(ends, expected.map(|(name, end)| (name.to_owned(), end)));
    }
}
