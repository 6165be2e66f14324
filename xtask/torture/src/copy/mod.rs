//! Makes two copies of a published crate: an unchanged and an instrumented one.

mod manifest;
mod source;

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};

use crate::{
    cargo,
    crates::Crate,
    instrument::{self, Place, Reason, Style},
};

/// The two copies of a crate.
pub(crate) struct Copies {
    pub(crate) plain: PathBuf,
    pub(crate) instrumented: PathBuf,
    /// Files with functions to instrument, by their path in the package.
    files: BTreeMap<PathBuf, File>,
    pub(crate) left_out: BTreeMap<Reason, usize>,
}

struct File {
    text: String,
    places: Vec<Place>,
}

impl Copies {
    /// Gets the crate's source, copies it twice and instruments the second copy.
    pub(crate) fn make(of: &Crate, style: Style) -> Result<Self, String> {
        let folder = cargo::workshop().join(of.folder());
        let source = source::find(of, &folder.join("source"))?;
        let mut copies = Self {
            plain: folder.join("before/plain"),
            instrumented: folder.join("after/instrumented"),
            files: BTreeMap::new(),
            left_out: BTreeMap::new(),
        };
        for copy in [&copies.plain, &copies.instrumented] {
            source::copy(&source, copy).map_err(|error| {
                format!(
                    "cannot copy {} to {}: {error}",
                    source.display(),
                    copy.display()
                )
            })?;
            manifest::adapt(&source, copy, of)?;
        }
        copies.find(style)?;
        copies.write()?;
        // Both copies use the same versions of all dependencies.
        cargo::output(cargo::cargo(&copies.plain).args(["generate-lockfile", "--quiet"]))?;
        let lock = |copy: &Path| copy.with_file_name("Cargo.lock");
        fs::copy(lock(&copies.plain), lock(&copies.instrumented))
            .map_err(|error| format!("cannot copy Cargo.lock: {error}"))?;
        Ok(copies)
    }

    /// Returns the number of instrumented functions.
    pub(crate) fn functions(&self) -> usize {
        let places = self.files.values().flat_map(|file| &file.places);
        places.map(|place| place.functions).sum()
    }

    /// Removes the attribute from the functions around these lines, and returns the names of these
    /// functions.
    pub(crate) fn uninstrument(
        &mut self,
        lines: &BTreeSet<(PathBuf, usize)>,
    ) -> Result<Vec<String>, String> {
        let mut names = Vec::new();
        for (path, line) in lines {
            let Some(file) = self.files.get_mut(path) else {
                continue;
            };
            let covering = file.places.iter().enumerate();
            let covering = covering.filter(|(_, place)| place.covers(*line));
            // The innermost function around the line.
            let Some((at, _)) = covering.min_by_key(|(_, place)| place.lines.1 - place.lines.0)
            else {
                continue;
            };
            let place = file.places.remove(at);
            *self.left_out.entry(Reason::DoesNotCompile).or_default() += place.functions;
            names.push(format!("{}:{} {}", path.display(), line, place.name));
        }
        self.write()?;
        Ok(names)
    }

    /// Removes test programs from both copies.
    ///
    /// `programs` has their names, as [`compile::program`](crate::compile::program) returns them,
    /// and the reasons.
    pub(crate) fn remove_tests(&self, programs: &BTreeMap<String, String>) -> Result<(), String> {
        manifest::remove_tests(&self.plain, programs)?;
        manifest::remove_tests(&self.instrumented, programs)
    }

    fn find(&mut self, style: Style) -> Result<(), String> {
        let mut paths = Vec::new();
        list(&self.plain, Path::new("src"), &mut paths)
            .map_err(|error| format!("cannot list {}: {error}", self.plain.display()))?;
        let mut only_tests = Vec::new();
        for path in paths {
            let text = fs::read_to_string(self.plain.join(&path))
                .map_err(|error| format!("cannot read {}: {error}", path.display()))?;
            // A file that does not parse is part of another one, which contains it with `include!`.
            let Ok(found) = instrument::find(&text, style) else {
                continue;
            };
            for name in &found.test_modules {
                only_tests.push(module(&path, name));
            }
            let left_out = found.left_out;
            let places = found.places;
            self.files.insert(path, File { text, places });
            for (reason, functions) in left_out {
                *self.left_out.entry(reason).or_default() += functions;
            }
        }
        for (path, file) in &mut self.files {
            // Matches `a/b.rs`, and all files in `a/b/`.
            if only_tests
                .iter()
                .any(|module| path.with_extension("").starts_with(module))
            {
                let functions = file.places.drain(..).map(|place| place.functions);
                *self.left_out.entry(Reason::Test).or_default() += functions.sum::<usize>();
            }
        }
        Ok(())
    }

    fn write(&self) -> Result<(), String> {
        for (path, file) in &self.files {
            let path = self.instrumented.join(path);
            let text = instrument::write(&file.text, &file.places);
            let written = fs::read_to_string(&path).ok();
            // Cargo rebuilds after a file was written.
            if written.is_some_and(|written| written == text) {
                continue;
            }
            fs::write(&path, text)
                .map_err(|error| format!("cannot write {}: {error}", path.display()))?;
        }
        Ok(())
    }
}

/// Returns the path, without `.rs`, of the file or folder of the module `name` that `file`
/// declares.
fn module(file: &Path, name: &str) -> PathBuf {
    let stem = file.file_stem().unwrap_or_default();
    let folder = if stem == "mod" || stem == "lib" || stem == "main" {
        file.with_file_name("")
    } else {
        file.with_extension("")
    };
    folder.join(name)
}

fn list(root: &Path, folder: &Path, paths: &mut Vec<PathBuf>) -> std::io::Result<()> {
    for entry in fs::read_dir(root.join(folder))? {
        let entry = entry?;
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            list(root, &path, paths)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            paths.push(path);
        }
    }
    paths.sort();
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::module;

    #[test]
    fn module_is_beside_or_below_the_file_that_declares_it() {
        let check = |file, expected| {
            assert_eq!(module(Path::new(file), "tests"), Path::new(expected));
        };
        check("src/lib.rs", "src/tests");
        check("src/a.rs", "src/a/tests");
        check("src/a/mod.rs", "src/a/tests");
    }
}
