//! How many tests passed, as cargo test says at the end of each run.

use std::{fmt, ops::AddAssign};

/// Tests by how they ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: u64,
    pub(super) failed: u64,
    pub(super) skipped: u64,
}

impl Counts {
    /// What a line says, if it is one that ends a run.
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

/// The name of a test, if a line says that it failed.
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
    fn the_line_that_ends_a_run_is_read() {
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
    fn other_lines_are_not() {
        check("running 4 tests", None);
        check("test result: ok.", None);
        check("  test result: ok. 4 passed; 0 failed; 1 ignored", None);
        check("test a::result ... ok", None);
    }

    #[test]
    fn failed_tests_are_named() {
        assert_eq!(failed_test("test a::b ... FAILED"), Some("a::b"));
        assert_eq!(failed_test("test a::b ... ok"), None);
        assert_eq!(failed_test("test result: FAILED. 3 passed"), None);
    }
}
