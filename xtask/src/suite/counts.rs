//! Counts of tests, read from the last line of each run of cargo test.

use std::{fmt, ops::AddAssign};

/// Number of tests by result.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: u64,
    pub(super) failed: u64,
    pub(super) skipped: u64,
}

impl Counts {
    /// Returns the counts in a line that ends a run, `None` for other lines.
    pub(super) fn in_line(line: &str) -> Option<Self> {
        let (_, result) = line.strip_prefix("test result: ")?.split_once(". ")?;
        let number = |what: &str| {
            result
                .split("; ")
                .find_map(|part| part.strip_suffix(what)?.trim_end().parse().ok())
        };
        Some(Self {
            passed: number("passed")?,
            failed: number("failed")?,
            skipped: number("ignored")?,
        })
    }
}

/// Returns the name of the test that a line reports as failed.
pub(super) fn failed_test(line: &str) -> Option<&str> {
    line.strip_prefix("test ")?.strip_suffix(" ... FAILED")
}

impl AddAssign for Counts {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            passed,
            failed,
            skipped,
        } = self;
        write!(f, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

#[cfg(test)]
mod tests {
    use super::{Counts, failed_test};

    #[track_caller]
    fn check(line: &str, expected: Option<&str>) {
        let counts = Counts::in_line(line).map(|counts| counts.to_string());
        assert_eq!(counts.as_deref(), expected);
    }

    #[test]
    fn reads_the_line_that_ends_a_run() {
        check(
            "test result: ok. 4 passed; 0 failed; 1 ignored; 0 measured; 7 filtered out; finished in 0.04s",
            Some("4 passed, 0 failed, 1 skipped"),
        );
        check(
            "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out; finished in 12.00s",
            Some("3 passed, 2 failed, 0 skipped"),
        );
    }

    #[test]
    fn ignores_other_lines() {
        check("running 4 tests", None);
        check("test result: ok.", None);
        check("  test result: ok. 4 passed; 0 failed; 1 ignored", None);
        check("test a::result ... ok", None);
    }

    #[test]
    fn returns_the_names_of_failed_tests() {
        assert_eq!(failed_test("test a::b ... FAILED"), Some("a::b"));
        assert_eq!(failed_test("test a::b ... ok"), None);
        assert_eq!(failed_test("test result: FAILED. 3 passed"), None);
    }
}
