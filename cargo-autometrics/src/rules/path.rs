//! Relative paths between files.

use std::path::{Component, Path, PathBuf};

/// Returns the path of `file` relative to the folder of `from`, with `/` between folders.
///
/// Relative arguments are relative to the current directory.
pub(super) fn relative(from: &Path, file: &Path) -> String {
    let folder = from.parent().unwrap_or(Path::new(""));
    let (folder, file) = (absolute(folder), absolute(file));
    let common = folder
        .components()
        .zip(file.components())
        .take_while(|(one, other)| one == other)
        .count();
    let up = folder.components().skip(common).map(|_| "..".to_owned());
    let down = file
        .components()
        .skip(common)
        .map(|part| part.as_os_str().to_string_lossy().into_owned());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// Returns `path` as an absolute path without `.` and `..`. Symbolic links are not resolved.
fn absolute(path: &Path) -> PathBuf {
    let full = std::path::absolute(path).unwrap_or_else(|_| {
        std::env::current_dir().map_or_else(|_| path.to_owned(), |folder| folder.join(path))
    });
    let mut clean = PathBuf::new();
    for part in full.components() {
        match part {
            Component::ParentDir => {
                clean.pop();
            }
            Component::CurDir => {}
            part => clean.push(part),
        }
    }
    clean
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::relative;

    #[test]
    fn paths_are_relative_to_the_folder_of_the_other_file() {
        for (from, file, seen) in [
            ("tests.yml", "rules.yml", "rules.yml"),
            ("a/tests.yml", "a/rules.yml", "rules.yml"),
            ("a/tests.yml", "rules.yml", "../rules.yml"),
            ("a/b/tests.yml", "./a/c/rules.yml", "../c/rules.yml"),
            ("tests.yml", "a/../b/rules.yml", "b/rules.yml"),
        ] {
            assert_eq!(relative(Path::new(from), Path::new(file)), seen);
        }
    }
}
