//! Checks that each Rust file belongs to a target: the tests in any other file would never run.

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use proc_macro2::{TokenStream, TokenTree};
use xtask::Workspace;

use crate::{
    files::{self, File},
    report,
};

/// Workspaces of their own.
const ELSEWHERE: [&str; 3] = ["xtask/bench/", "xtask/public-api/", "xtask/torture/"];

#[test]
fn every_rust_file_belongs_to_a_target() {
    let workspace = Workspace::read(&xtask::root()).unwrap();
    let targets = workspace
        .packages
        .iter()
        .flat_map(|package| package.targets.iter().map(String::as_str));
    report(findings(targets, &files::all()));
}

fn findings<'a>(targets: impl IntoIterator<Item = &'a str>, files: &[File]) -> Vec<String> {
    let mut unused: BTreeMap<&str, &str> = files
        .iter()
        .filter(|file| file.is_rust() && !file.is_fixture())
        .filter(|file| !ELSEWHERE.iter().any(|folder| file.path.starts_with(folder)))
        .map(|file| (&*file.path, &*file.text))
        .collect();
    let mut open: Vec<Module> = targets.into_iter().map(Module::root).collect();
    while let Some(module) = open.pop() {
        if let Some(text) = unused.remove(&*module.file) {
            let tokens = text.parse().unwrap_or_default();
            modules(tokens, &module.folder, &module.below, &mut open);
        }
    }
    let found = unused.keys().map(|path| {
        format!(
            "{path}:1: no target compiles this file: add a `[[test]]` with its path to the manifest, or a `mod` to a file that is compiled"
        )
    });
    found.collect()
}

/// A file with a module.
struct Module {
    file: String,
    /// Folder of the file, which `#[path]` is relative to.
    folder: String,
    /// Folder of its child modules.
    below: String,
}

impl Module {
    /// Creates the module of a file with its child modules beside it.
    fn root(file: &str) -> Self {
        let folder = file.rsplit_once('/').map_or("", |(folder, _)| folder);
        Self {
            file: file.to_owned(),
            folder: folder.to_owned(),
            below: folder.to_owned(),
        }
    }
}

/// Adds the files that may contain the modules that `tokens` declare.
fn modules(tokens: TokenStream, folder: &str, below: &str, open: &mut Vec<Module>) {
    let tokens: Vec<_> = tokens.into_iter().collect();
    for (at, declared) in tokens.windows(3).enumerate() {
        let [TokenTree::Ident(word), TokenTree::Ident(name), end] = declared else {
            continue;
        };
        if word != "mod" {
            continue;
        }
        if let TokenTree::Group(body) = end {
            modules(body.stream(), folder, &format!("{below}/{name}"), open);
        } else if let Some(path) = path(&tokens[..at]) {
            open.push(Module::root(&joined(folder, &path)));
        } else {
            open.push(Module::root(&format!("{below}/{name}/mod.rs")));
            open.push(Module {
                below: format!("{below}/{name}"),
                ..Module::root(&format!("{below}/{name}.rs"))
            });
        }
    }
}

/// Returns the path of `#[path = "…"]` directly in front of a declaration.
fn path(before: &[TokenTree]) -> Option<String> {
    let Some(TokenTree::Group(attribute)) = before.last() else {
        return None;
    };
    let text = attribute.stream().to_string();
    let path = text.strip_prefix("path = \"")?.strip_suffix('"')?;
    Some(path.to_owned())
}

/// Joins a folder and a relative path, which may begin with `../`.
fn joined(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').collect();
    for part in path.split('/') {
        if part == ".." {
            parts.pop();
        } else {
            parts.push(part);
        }
    }
    parts.join("/")
}

#[track_caller]
fn check(files: &[(&str, &str)], expect: Expect) {
    let files: Vec<_> = files
        .iter()
        .map(|(path, text)| File::new(path, text))
        .collect();
    expect.assert_eq(&findings(["a/src/lib.rs", "tests/calls/counts.rs"], &files).join("\n"));
}

#[test]
fn finds_a_test_without_a_target() {
    check(
        &[
            ("tests/calls/counts.rs", "fn f() {}"),
            ("tests/calls/forgotten.rs", "#[test] fn f() {}"),
        ],
        expect![
            "tests/calls/forgotten.rs:1: no target compiles this file: add a `[[test]]` with its path to the manifest, or a `mod` to a file that is compiled"
        ],
    );
}

#[test]
fn modules_of_targets_are_compiled() {
    check(
        &[
            ("a/src/lib.rs", "mod b;\n#[cfg(test)]\nmod tests { mod d; }"),
            ("a/src/b/mod.rs", "pub(crate) mod c;"),
            ("a/src/b/c.rs", "mod e;"),
            ("a/src/b/c/e.rs", ""),
            ("a/src/tests/d.rs", ""),
            (
                "tests/calls/counts.rs",
                "#[path = \"../support/mod.rs\"]\nmod support;",
            ),
            ("tests/support/mod.rs", "mod more;"),
            ("tests/support/more.rs", ""),
        ],
        expect![""],
    );
}
