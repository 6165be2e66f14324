//! Changed lines between two commits, from `git diff`.

use std::{path::Path, process::Command};

use autometrics_context::{source::Error, text::quoted};

/// Settings of git that change the output or start other programs, in a form that neither does.
const SETTINGS: [&str; 6] = [
    "-c",
    "core.fsmonitor=false",
    "-c",
    "diff.noprefix=false",
    "-c",
    "color.ui=false",
];
/// Command for a diff without context that is the same for every user.
const DIFF: [&str; 10] = [
    "diff",
    "--unified=0",
    "--inter-hunk-context=0",
    "--no-color",
    "--no-ext-diff",
    "--no-textconv",
    "--no-relative",
    "--submodule=short",
    "--src-prefix=a/",
    "--dst-prefix=b/",
];

/// Returns the changed lines of the new side, as `file:line`.
///
/// # Errors
///
/// Returns an error if `range` looks like an option or has control characters, if git cannot be
/// started, or if it fails.
pub(crate) fn places(range: &str) -> Result<Vec<String>, Error> {
    places_in(Path::new("."), range)
}

fn places_in(folder: &Path, range: &str) -> Result<Vec<String>, Error> {
    let shown = quoted(range, 80);
    let is_range = !range.trim().is_empty() && !range.starts_with('-');
    if !is_range || range.contains(char::is_control) {
        return Err(Error::question(format!(
            "`{shown}` is no range of commits; write one such as `v1.3..HEAD`"
        )));
    }
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.args(SETTINGS).args(arguments).current_dir(folder);
        // Messages are in English whatever the user's language is.
        git.env("LC_ALL", "C").env_remove("GIT_EXTERNAL_DIFF");
        git.output()
            .map_err(|error| Error::source(format!("git cannot be started: {error}")))
    };
    let output = git(&[&DIFF[..], &["--end-of-options", range, "--"]].concat())?;
    if !output.status.success() {
        if !git(&["rev-parse", "--git-dir"])?.status.success() {
            return Err(Error::question("this folder is in no git repository"));
        }
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
    use std::{fs, path::Path, process::Command};

    use super::{places, places_in, read};

    /// Runs git in the folder.
    fn git(folder: &Path, arguments: &[&str]) {
        let mut git = Command::new("git");
        git.current_dir(folder).args(arguments);
        let output = git.output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    #[test]
    fn settings_of_git_change_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let file = folder.join("a.rs");
        git(folder, &["init", "--quiet"]);
        for (name, value) in [
            ("user.name", "T"),
            ("user.email", "t@example.com"),
            ("commit.gpgSign", "false"),
            ("diff.noprefix", "true"),
            ("diff.mnemonicPrefix", "true"),
            ("diff.srcPrefix", "x/"),
            ("diff.dstPrefix", "y/"),
            ("diff.external", "/bin/false"),
            ("diff.interHunkContext", "9"),
            ("color.ui", "always"),
            ("color.diff", "always"),
        ] {
            git(folder, &["config", name, value]);
        }
        for text in ["1\n2\n3\n4\n", "0\n2\n3\n5\n"] {
            fs::write(&file, text).unwrap();
            git(folder, &["add", "."]);
            git(folder, &["commit", "--quiet", "-m", "text"]);
        }
        let found = places_in(folder, "HEAD~1..HEAD").unwrap();
        assert_eq!(found, ["a.rs:1", "a.rs:4"]);
    }

    #[test]
    fn folders_outside_of_a_repository_are_named() {
        let folder = tempfile::tempdir().unwrap();
        let error = places_in(folder.path(), "v1..HEAD").unwrap_err();
        assert_eq!(error.to_string(), "this folder is in no git repository");
    }

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
        for range in ["", "--output=x", "-O/etc/passwd", "v1\0..HEAD", "v1\n"] {
            let error = places(range).unwrap_err().to_string();
            assert!(error.contains("is no range of commits"), "{error}");
        }
        let error = places("no-such-commit..HEAD").unwrap_err().to_string();
        assert!(error.starts_with("git cannot compare"), "{error}");
    }
}
