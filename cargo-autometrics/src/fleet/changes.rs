//! Changed lines between two commits, from `git diff`.

use std::process::Command;

use autometrics_context::{source::Error, text::quoted};

/// Returns the changed lines of the new side, as `file:line`.
///
/// # Errors
///
/// Returns an error if `range` looks like an option, if git cannot be started, or if it fails.
pub(crate) fn places(range: &str) -> Result<Vec<String>, Error> {
    let shown = quoted(range, 80);
    if range.trim().is_empty() || range.starts_with('-') {
        return Err(Error::question(format!(
            "`{shown}` is no range of commits; write one such as `v1.3..HEAD`"
        )));
    }
    let arguments = [
        "diff",
        "--unified=0",
        "--no-color",
        "--no-ext-diff",
        "--no-textconv",
    ];
    let mut git = Command::new("git");
    git.args(arguments)
        .arg("--end-of-options")
        .arg(range)
        .arg("--");
    let output = git
        .output()
        .map_err(|error| Error::source(format!("git cannot be started: {error}")))?;
    if !output.status.success() {
        let said = quoted(String::from_utf8_lossy(&output.stderr).trim(), 300);
        return Err(Error::question(format!(
            "git cannot compare `{shown}`: {said}"
        )));
    }
    Ok(read(&String::from_utf8_lossy(&output.stdout)))
}

/// Reads a diff without context. A hunk that only removes lines counts as the line before it.
fn read(diff: &str) -> Vec<String> {
    let mut places = Vec::new();
    let mut file = None;
    for line in diff.lines() {
        if line.starts_with("diff --git ") {
            file = None;
        } else if let Some(path) = line.strip_prefix("+++ b/") {
            // Git quotes and escapes paths with unusual characters, which no Rust file has.
            file = Some(path.trim_end_matches('\t'));
        } else if let (Some(file), Some(hunk)) = (file, line.strip_prefix("@@ -")) {
            let new = hunk
                .split(" +")
                .nth(1)
                .and_then(|new| new.split(' ').next());
            let (first, count) = new
                .map(|new| new.split_once(',').unwrap_or((new, "1")))
                .unwrap_or_default();
            let (Ok(first), Ok(count)) = (first.parse::<u32>(), count.parse::<u32>()) else {
                continue;
            };
            let lines = first.max(1)..first.max(1).saturating_add(count.max(1));
            places.extend(lines.map(|line| format!("{file}:{line}")));
        }
    }
    places
}

#[cfg(test)]
mod tests {
    use super::{places, read};

    #[test]
    fn changed_lines_are_those_of_the_new_side() {
        let diff = "diff --git a/src/a.rs b/src/a.rs\n\
            --- a/src/a.rs\n+++ b/src/a.rs\n\
            @@ -1,2 +3,2 @@ fn f() {\n-x\n-@@ -1 +9 @@\n+y\n+z\n\
            @@ -9,3 +10,0 @@\n-a\n-b\n-c\n\
            diff --git a/src/gone.rs b/src/gone.rs\n\
            --- a/src/gone.rs\n+++ /dev/null\n@@ -1 +0,0 @@\n-x\n\
            diff --git a/b.rs b/b.rs\n--- /dev/null\n+++ b/b.rs\n@@ -0,0 +1 @@\n+x\n";
        assert_eq!(
            read(diff),
            ["src/a.rs:3", "src/a.rs:4", "src/a.rs:10", "b.rs:1"]
        );
    }

    #[test]
    fn options_are_no_range() {
        for range in ["", "--output=x", "-O/etc/passwd"] {
            let error = places(range).unwrap_err().to_string();
            assert!(error.contains("is no range of commits"), "{error}");
        }
        let error = places("no-such-commit..HEAD").unwrap_err().to_string();
        assert!(error.starts_with("git cannot compare"), "{error}");
    }
}
