//! The files that the rules apply to.

use std::{fs, path::Path, process::Command};

/// A text file of the repository.
pub(crate) struct File {
    /// Path relative to the workspace's root, with `/` between folders.
    pub(crate) path: String,
    pub(crate) text: String,
}

impl File {
    pub(crate) fn new(path: &str, text: &str) -> Self {
        Self {
            path: path.to_owned(),
            text: text.to_owned(),
        }
    }

    pub(crate) fn is_rust(&self) -> bool {
        self.has_extension("rs")
    }

    pub(crate) fn has_extension(&self, extension: &str) -> bool {
        Path::new(&self.path).extension() == Some(extension.as_ref())
    }

    /// Returns `true` for input of a test, which may contain mistakes on purpose.
    pub(crate) fn is_fixture(&self) -> bool {
        let path = format!("/{}", self.path);
        // The last folder has published tests of another project.
        ["/tests/ui/", "/fixtures/", "/tracing-attributes/tests/"]
            .iter()
            .any(|folder| path.contains(folder))
    }

    /// Returns the lines with their numbers, beginning with 1.
    pub(crate) fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        (1..).zip(self.text.lines())
    }
}

/// Returns all paths that git tracks or would add.
///
/// So a file is checked before it is committed, and ignored files are not checked.
#[track_caller]
pub(crate) fn paths() -> Vec<String> {
    let output = Command::new("git")
        .current_dir(xtask::root())
        .args([
            "ls-files",
            "-z",
            "--cached",
            "--others",
            "--exclude-standard",
        ])
        .output()
        .expect("git lists the files of the repository");
    assert!(
        output.status.success(),
        "git cannot list the files of the repository: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout)
        .expect("paths are UTF-8")
        .split_terminator('\0')
        // A deleted file is listed until the deletion is staged.
        .filter(|path| xtask::root().join(path).is_file())
        .map(str::to_owned)
        .collect()
}

/// Returns all text files. Pictures and other binary files are skipped.
#[track_caller]
pub(crate) fn all() -> Vec<File> {
    let read = |path: String| {
        let text = fs::read_to_string(xtask::root().join(&path)).ok()?;
        Some(File { path, text })
    };
    paths().into_iter().filter_map(read).collect()
}
