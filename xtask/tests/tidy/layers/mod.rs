//! Files of a library or program import each other one way, so that each can be read without those
//! above it.
//!
//! A file depends on another one if its code names an item that the other file defines, by a path
//! or by an import. A re-export counts as the file that defines the item, and tests don't count.

mod circles;
mod modules;
mod names;

use std::collections::BTreeMap;

use expect_test::{Expect, expect};
use xtask::Workspace;

use crate::{
    files::{self, File},
    report,
};

use circles::circles;
use modules::Modules;

#[test]
fn files_of_a_crate_import_each_other_one_way() {
    let files = files::all();
    let workspace = Workspace::read(&xtask::root()).unwrap();
    let folders = workspace.packages.iter().map(|package| {
        let separator = if package.folder.is_empty() { "" } else { "/" };
        format!("{}{separator}src/", package.folder)
    });
    report(folders.flat_map(|folder| findings(&folder, &files)));
}

/// Returns the circles of the library and the program in `folder`, each with the imports that close
/// it.
fn findings(folder: &str, files: &[File]) -> Vec<String> {
    let files: BTreeMap<&str, &str> = files
        .iter()
        .filter(|file| file.is_rust())
        .filter_map(|file| Some((file.path.strip_prefix(folder)?, &*file.text)))
        .collect();
    let roots = ["lib.rs", "main.rs"];
    let crates = roots.into_iter().filter(|root| files.contains_key(root));
    crates
        .flat_map(|root| findings_of(root, folder, &files))
        .collect()
}

fn findings_of(root: &'static str, folder: &str, files: &BTreeMap<&str, &str>) -> Vec<String> {
    let modules = match Modules::read(files, root) {
        Ok(modules) => modules,
        Err(error) => return vec![format!("{folder}{error}")],
    };
    let mut findings = Vec::new();
    let edges = names::edges(&modules);
    for circle in circles(edges.keys().copied()) {
        let names = circle.iter().copied().collect::<Vec<_>>().join(", ");
        findings.push(format!(
            "{folder}{root}:1: {} files import each other: {names}; move what they share to a file below",
            circle.len()
        ));
        let within = edges
            .iter()
            .filter(|((from, to), _)| circle.contains(from) && circle.contains(to));
        findings.extend(within.map(|((from, to), mention)| {
            format!(
                "{folder}{from}:{}: `{}` is in {to}",
                mention.line,
                mention.path.join("::")
            )
        }));
    }
    findings
}

#[track_caller]
fn check(files: &[(&str, &str)], expect: Expect) {
    let files: Vec<_> = files
        .iter()
        .map(|(path, text)| File::new(&format!("a/src/{path}"), text))
        .collect();
    expect.assert_eq(&findings("a/src/", &files).join("\n"));
}

#[test]
fn files_in_layers_are_no_circle() {
    check(
        &[
            ("lib.rs", "mod a;\nmod b;\npub use a::A;\nfn f() { b::g() }"),
            ("a.rs", "pub struct A;"),
            ("b.rs", "use crate::A;\npub fn g() -> A { crate::a::A }"),
        ],
        expect![""],
    );
}

#[test]
fn two_files_that_import_each_other_are_a_circle() {
    check(
        &[
            ("lib.rs", "mod a;\nmod b;\nmod c;"),
            (
                "a.rs",
                "use std::fmt;\nuse crate::{b::{B, self}, c};\npub struct A(B);\nfn f() { c::g() }",
            ),
            ("b.rs", "pub struct B;\nfn f() { super::a::A::new(); }"),
            ("c.rs", "pub fn g() {}"),
        ],
        expect![[r#"
            a/src/lib.rs:1: 2 files import each other: a.rs, b.rs; move what they share to a file below
            a/src/a.rs:2: `crate::b::B` is in b.rs
            a/src/b.rs:2: `super::a::A::new` is in a.rs"#]],
    );
}

#[test]
fn files_of_a_program_that_import_each_other_are_a_circle() {
    check(
        &[
            ("main.rs", "mod a;\npub struct Main;\nfn main() { a::f() }"),
            ("a.rs", "use crate::Main;\npub fn f() -> Main { Main }"),
        ],
        expect![[r#"
            a/src/main.rs:1: 2 files import each other: a.rs, main.rs; move what they share to a file below
            a/src/a.rs:1: `crate::Main` is in main.rs
            a/src/main.rs:3: `a::f` is in a.rs"#]],
    );
}

#[test]
fn a_circle_through_a_third_file_is_found() {
    check(
        &[
            ("lib.rs", "mod a;\nmod b;\nmod c;"),
            ("a.rs", "use crate::b;\nfn f() { b::g() }"),
            ("b.rs", "use crate::c::*;\npub fn g() {}"),
            ("c.rs", "fn h() { assert!(crate::a::f::<u8>()) }"),
        ],
        expect![[r#"
            a/src/lib.rs:1: 3 files import each other: a.rs, b.rs, c.rs; move what they share to a file below
            a/src/a.rs:2: `b::g` is in b.rs
            a/src/b.rs:1: `crate::c` is in c.rs
            a/src/c.rs:1: `crate::a::f` is in a.rs"#]],
    );
}

#[test]
fn a_child_may_use_its_parent_unless_the_parent_uses_the_child() {
    let parent_of =
        |code: &str| format!("mod child;\npub use self::child::Child;\npub struct Parent;\n{code}");
    let child = (
        "a/child.rs",
        "use super::Parent;\npub struct Child(Parent);",
    );
    check(
        &[("lib.rs", "mod a;"), ("a/mod.rs", &parent_of("")), child],
        expect![[r#""#]],
    );
    check(
        &[
            ("lib.rs", "mod a;"),
            ("a/mod.rs", &parent_of("fn f(_: Child) {}")),
            child,
        ],
        expect![[r#"
            a/src/lib.rs:1: 2 files import each other: a/child.rs, a/mod.rs; move what they share to a file below
            a/src/a/child.rs:1: `super::Parent` is in a/mod.rs
            a/src/a/mod.rs:4: `Child` is in a/child.rs"#]],
    );
}

#[test]
fn a_re_export_counts_as_the_file_that_defines_the_item() {
    check(
        &[
            ("lib.rs", "mod a;"),
            (
                "a/mod.rs",
                "mod one;\nmod two;\npub use one::One;\npub use self::two::*;\nfn f() -> Two { two::g() }",
            ),
            ("a/one.rs", "pub struct One;"),
            (
                "a/two.rs",
                "use super::One as First;\npub struct Two(First);",
            ),
        ],
        expect![""],
    );
}

#[test]
fn a_function_with_the_name_of_its_module_is_found() {
    check(
        &[
            ("lib.rs", "mod a;\nmod b;"),
            (
                "a.rs",
                "use crate::b;\npub struct A;\nfn f() { b::answer() }",
            ),
            ("b/mod.rs", "mod answer;\npub use self::answer::answer;"),
            (
                "b/answer.rs",
                "use crate::a::A;\npub fn answer() -> A { A }",
            ),
        ],
        expect![[r#"
            a/src/lib.rs:1: 2 files import each other: a.rs, b/answer.rs; move what they share to a file below
            a/src/a.rs:3: `b::answer` is in b/answer.rs
            a/src/b/answer.rs:1: `crate::a::A` is in a.rs"#]],
    );
}

#[test]
fn names_of_and_for_other_crates_are_no_dependency() {
    check(
        &[
            (
                "lib.rs",
                "mod a;\npub use other::Event;\nfn f() { a::g() }\npub mod b { pub use crate::a::g; }",
            ),
            (
                "a.rs",
                "use crate::Event;\npub fn g() -> Event { Event }\nmacro_rules! m { () => { $crate::m!() } }",
            ),
        ],
        expect![[r#""#]],
    );
}

#[test]
fn tests_are_no_part_of_the_layers() {
    check(
        &[
            ("lib.rs", "mod a;\nmod b;\n#[cfg(test)]\nmod tests;"),
            (
                "a.rs",
                "pub fn f() {}\n#[cfg(all(test, not(loom)))]\nmod tests { use crate::b; #[test] fn t() { b::g() } }",
            ),
            ("b.rs", "pub fn g() { crate::a::f() }"),
            ("tests.rs", "use crate::a;"),
        ],
        expect![""],
    );
}

#[test]
fn a_module_without_a_file_is_found() {
    check(
        &[("lib.rs", "\nmod a;")],
        expect!["a/src/lib.rs:2: module `a` has no file"],
    );
}
