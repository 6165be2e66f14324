//! Links in documentation: their place on rustdoc's pages, their targets, and that lints ignore
//! them.

#![expect(
    clippy::needless_raw_string_hashes,
    reason = "expect-test writes them when it updates a text"
)]

mod package;
mod page;

use std::collections::BTreeSet;

use expect_test::expect;

use self::package::{Package, said};

const URL: &str = "PROMETHEUS_URL";
const DOCS: &str = "AUTOMETRICS_DOCS";

#[test]
fn links_follow_the_written_documentation() {
    let package = Package::write();
    package.document(&[]);
    let functions = [
        "list_at_the_end",
        "code_at_the_end",
        "faults",
        "without_words",
        "without_words_here",
    ];
    let text: String = functions
        .map(|function| {
            let page = package.page(&format!("fn.{function}.html"));
            format!("{function}: {}\n\n", page.documentation_of(function))
        })
        .concat();
    expect![[r#"
        list_at_the_end: Loads from path.

        a list
        at the end

        Prometheus: calls per second · error ratio · latency — what it calls: calls per second · error ratio

        code_at_the_end: Loads.

        let code = "at the end";
        Prometheus: calls per second · error ratio · latency · calls in flight — what it calls: calls per second · error ratio

        faults: A first paragraph that is far too long, and goes on and on although it should have been split into two of
        them, and that names SomeType and some_function without backticks, and then goes on until no one reads it any
        more, which is what the lint is about.

        a list that is lazily
        continued

        Prometheus: calls per second · error ratio · latency — what it calls: calls per second · error ratio

        without_words: Prometheus: calls per second · error ratio · latency — what it calls: calls per second · error ratio

        without_words_here: Prometheus: calls per second · error ratio · latency — what it calls: calls per second · error ratio

    "#]].assert_eq(&text);
    assert!(!package.has_page("fn.hidden.html"));
    assert!(!package.page("index.html").text.contains("Prometheus"));
}

#[test]
fn inherited_documentation_of_methods_stays() {
    let package = Package::write();
    package.document(&[]);
    let page = package.page("struct.Cart.html");
    let methods = ["method_without_words", "empty", "save", "load", "clone"];
    let text: String = methods
        .map(|method| format!("{method}: {}\n\n", page.documentation_of(method)))
        .concat();
    expect![[r#"
        method_without_words: Prometheus: calls per second · error ratio · latency — what it calls: calls per second · error ratio

        empty: Empties it
        Prometheus: calls per second · error ratio · latency — what it calls: calls per second · error ratio

        save: The cart’s words on saving.
        Prometheus: calls per second · error ratio · latency — what it calls: calls per second · error ratio

        load: The trait’s words on loading.

        clone: Returns a duplicate of the value. Read more

    "#]].assert_eq(&text);
}

#[test]
fn links_distinguish_functions_of_one_name_by_module() {
    let package = Package::write();
    package.document(&[]);
    for (page, module) in [("", "sample"), ("other/", "sample::other")] {
        let page = package.page(&format!("{page}fn.list_at_the_end.html"));
        let links = page.links();
        let asks_for = format!("module%3D%22{module}%22");
        assert_eq!(links.len(), 5);
        assert!(
            links.iter().all(|link| link.contains(&asks_for)),
            "{links:?}"
        );
    }
}

#[test]
fn changed_variables_cause_a_rebuild() {
    let package = Package::write();
    let bases = |variables: &[_]| -> BTreeSet<String> {
        package.document(variables);
        let links = package.page("fn.faults.html").links();
        links
            .iter()
            .filter_map(|link| Some(link.split_once("/graph?")?.0.to_owned()))
            .collect()
    };
    let here = "http://localhost:9090".to_owned();
    let there = "https://example.org/prometheus".to_owned();
    assert_eq!(bases(&[]), [here.clone()].into());
    assert_eq!(
        bases(&[(URL, "https://example.org/prometheus/")]),
        [there].into()
    );
    assert_eq!(bases(&[(DOCS, "off")]), [].into());
    assert_eq!(bases(&[(DOCS, "on")]), [here].into());
}

#[test]
fn invalid_value_fails_the_build() {
    let package = Package::write();
    let error = |variable| {
        let output = package.cargo(&["doc", "--no-deps"], &[variable]);
        assert!(!output.status.success(), "{variable:?}");
        said(&output).replace(env!("CARGO_PKG_VERSION"), "1.2.3")
    };
    expect![[r#"
        error: autometrics-macros@1.2.3: PROMETHEUS_URL is "localhost:9090", which does not begin with `http://` or `https://`: the links in the documentation of instrumented functions need an address such as `https://example.org/prometheus`; AUTOMETRICS_DOCS=off builds without links
        error: build script logged errors
    "#]].assert_eq(&error((URL, "localhost:9090")));
    expect![[r#"
        error: autometrics-macros@1.2.3: AUTOMETRICS_DOCS is "no": write `off` for documentation without links to Prometheus, or `on`, which is the default
        error: build script logged errors
    "#]].assert_eq(&error((DOCS, "no")));
}

#[test]
fn clippy_reports_the_same_with_and_without_links() {
    let package = Package::write();
    let lints = |docs| {
        let output = package.cargo(
            &[
                "clippy",
                "--message-format",
                "short",
                "--",
                "-Wclippy::all",
                "-Wclippy::pedantic",
                "-Wclippy::nursery",
                "-Wclippy::restriction",
            ],
            &[(DOCS, docs)],
        );
        assert!(output.status.success(), "{}", said(&output));
        let said = said(&output);
        let lines = said.lines().filter(|line| line.starts_with("sample.rs:"));
        lines.map(str::to_owned).collect::<Vec<_>>()
    };
    let without = lints("off");
    for about in [
        "missing documentation for a function",
        "missing documentation for a method",
        "missing `# Errors` section",
        "missing `# Panics` section",
        "missing backticks",
        "first doc comment paragraph is too long",
    ] {
        assert!(without.iter().any(|line| line.contains(about)), "{about}");
    }
    assert_eq!(lints("on"), without);
}
