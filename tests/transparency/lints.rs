//! Lints report the same for instrumented functions as for others.
//!
//! The package `tests/fixtures/lints` is linted twice with nearly all lints of rustc and clippy:
//! unchanged, and with a comment in place of each `#[instrument_fn]`.

#![expect(
    clippy::needless_raw_string_hashes,
    reason = "they are written by `UPDATE_EXPECT=1`"
)]

#[path = "../support/package.rs"]
mod package;

use std::{collections::BTreeSet, fs, path::Path};

use expect_test::expect;

/// Lints that report less for an instrumented function, with the reason.
const EXPECTED: &[(&str, &str)] = &[
    (
        "clippy::missing_const_for_fn",
        "an instrumented function cannot be `const`, so the advice would be wrong",
    ),
    (
        "clippy::doc_paragraphs_missing_punctuation",
        "macros are given doc comments as attributes, which this lint leaves alone",
    ),
];

#[test]
fn lints_report_the_same_with_and_without_the_attribute() {
    let plain = findings("plain", |text| {
        text.replace("use autometrics::instrument_fn;", "")
            .replace("#[instrument_fn]", "// not instrumented")
    });
    let instrumented = findings("instrumented", str::to_owned);
    assert!(plain.len() > 1_500, "only {} findings", plain.len());

    let mut differences: Vec<String> = Vec::new();
    differences.extend(
        plain
            .difference(&instrumented)
            .map(|finding| format!("- {finding}")),
    );
    differences.extend(
        instrumented
            .difference(&plain)
            .map(|finding| format!("+ {finding}")),
    );
    differences.retain(|difference| !EXPECTED.iter().any(|(lint, _)| difference.contains(lint)));
    // The remaining differences are:
    // - a default that could be derived, but would then not be counted,
    // - lints that treat a body in a closure in another way (`unwrap`, a clone, a conversion, a
    //   needless `Result`, a suspicious operator, the type of a number), or in an additional async
    //   block, or in the braces that we add, as two canonical bodies have them,
    // - `unused_async` for a body with a macro, which may be the user's own and wait, whatever its
    //   name is,
    // - an assignment to a `mut` parameter of an `async fn` that is not a number, because it is not
    //   stored twice.
    expect![[r#"
        - src/dead.rs:101:1 clippy::unnecessary_wraps: this function's return value is unnecessarily wrapped by `Result`
        - src/dead.rs:103:16 clippy::useless_conversion: explicit call to `.into_iter()` in function argument accepting `IntoIterator`
        - src/dead.rs:88:1 clippy::unnecessary_wraps: this function's return value is unnecessarily wrapped by `Result`
        - src/futures.rs:140:1 clippy::unused_async: unused `async` for function with no await statements
        - src/futures.rs:177:36 unused_assignments: value assigned to `name` is never read
        - src/futures.rs:177:54 unused_assignments: value assigned to `n` is never read
        - src/futures.rs:70:5 clippy::implicit_return: missing `return` statement
        - src/implementations.rs:18:5 clippy::missing_inline_in_public_items: missing `#[inline]` for a method
        - src/implementations.rs:31:5 clippy::missing_inline_in_public_items: missing `#[inline]` for a method
        - src/implementations.rs:32:9 clippy::implicit_return: missing `return` statement
        - src/implementations.rs:79:1 clippy::derivable_impls: this `impl` can be derived
        - src/implementations.rs:89:21 clippy::suspicious_arithmetic_impl: suspicious use of `-` in `Add` impl
        - src/results.rs:85:8 clippy::unwrap_in_result: `unwrap` used in a function that returns a `Result`
        - src/signatures.rs:12:10 clippy::redundant_clone: redundant clone
        - src/signatures.rs:146:5 clippy::implicit_return: missing `return` statement
        + src/results.rs:231:18 clippy::default_numeric_fallback: default numeric fallback might occur"#]].assert_eq(&differences.join("\n"));
}

/// Returns the findings of lints in the package, after `change` of each of its files.
fn findings(name: &str, change: impl Fn(&str) -> String) -> BTreeSet<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let package = test_harness::target().join("lints").join(name);
    write_package(root, &package, change);
    package::findings(&package)
}

fn write_package(root: &Path, package: &Path, change: impl Fn(&str) -> String) {
    // Written again, so that cargo lints it again.
    let _ = fs::remove_dir_all(package);
    fs::create_dir_all(package.join("src")).expect("the target folder can be written");
    let write = |file: &str, text: String| {
        fs::write(package.join(file), text).expect("the target folder can be written");
    };
    let read = |file: &Path| fs::read_to_string(file).expect("the package is there");
    let manifest = read(&root.join("tests/fixtures/lints/Cargo.toml"));
    write(
        "Cargo.toml",
        manifest.replace("\"../../..\"", &format!("\"{}\"", root.display())),
    );
    write("Cargo.lock", read(&root.join("Cargo.lock")));
    for file in fs::read_dir(root.join("tests/fixtures/lints/src")).expect("the package is there") {
        let file = file.expect("the package can be read").path();
        let name = file
            .file_name()
            .expect("a file has a name")
            .to_string_lossy();
        write(&format!("src/{name}"), change(&read(&file)));
    }
}
