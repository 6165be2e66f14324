//! Checks that only listed files contain `unsafe`, and that lints are expected with a reason.
//!
//! Files are read as tokens, so that comments, strings and names such as `unsafe_code` are not
//! taken for code.

use expect_test::{Expect, expect};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use crate::{
    files::{self, File},
    report,
};

/// The only files that may contain `unsafe`, each with its reason.
const UNSAFE_HOMES: &[(&str, &str)] = &[
    (
        "autometrics-core/src/platform/counter/aarch64.rs",
        "the instructions that read the generic timer and its frequency",
    ),
    (
        "autometrics-core/src/platform/counter/x86_64.rs",
        "the instruction that reads the time stamp counter",
    ),
    (
        "autometrics-core/src/platform/linked.rs",
        "the list of functions that the linker puts together",
    ),
    (
        "xtask/bench/harness/src/floor.rs",
        "the same instruction alone, which calls are compared with",
    ),
    (
        "tests/counting/allocator.rs",
        "an allocator that is instrumented, which has no safe interface",
    ),
    (
        "tests/settings/environment.rs",
        "a variable that is set while the program runs",
    ),
    (
        "tests/counting/fork.rs",
        "a program that forks, for which there is no safe function",
    ),
];

#[test]
fn no_unsafe_outside_its_home_and_no_silenced_lints() {
    report(files::all().iter().flat_map(findings));
}

fn findings(file: &File) -> Vec<String> {
    if !file.is_rust() || file.is_fixture() {
        return Vec::new();
    }
    let mut search = Search::default();
    match file.text.parse() {
        Ok(tokens) => search.code(tokens, true),
        Err(error) => return vec![format!("{}:1: not Rust: {error}", file.path)],
    }
    if UNSAFE_HOMES.iter().any(|(home, _)| *home == file.path) {
        search.findings.retain(|(_, what)| *what != UNSAFE);
    }
    let line = |(line, what)| format!("{}:{line}: {what}", file.path);
    search.findings.into_iter().map(line).collect()
}

const UNSAFE: &str = "`unsafe` has one home, autometrics-core/src/platform: find a safe way";
const ALLOW: &str = "write `#[expect(lint, reason = \"…\")]` instead of `allow`: \
                     it has a reason, and a warning when it is no longer needed";
const REASON: &str = "add a reason: `#[expect(lint, reason = \"…\")]`";

#[derive(Default)]
struct Search {
    findings: Vec<(usize, &'static str)>,
}

impl Search {
    /// Searches code. `ours` is `false` for the code that macros generate.
    ///
    /// A lint may only be expected if it is known to fire, and in a user's code it may not.
    fn code(&mut self, tokens: TokenStream, ours: bool) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        let mut at = 0;
        while let Some(token) = tokens.get(at) {
            at += 1;
            match token {
                TokenTree::Ident(ident) if ident == "unsafe" => {
                    self.found(token, UNSAFE);
                }
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    let inner = tokens.get(at).is_some_and(|token| is(token, '!'));
                    if let Some(attribute) = bracketed(tokens.get(at + usize::from(inner))) {
                        at += usize::from(inner) + 1;
                        if ours {
                            self.attribute(attribute.stream());
                        }
                    }
                }
                TokenTree::Group(group) => {
                    // `name! { … }` and `macro_rules! name { … }`
                    let before = |back| at.checked_sub(back).and_then(|at| tokens.get(at));
                    let called = [2, 3]
                        .iter()
                        .any(|&back| before(back).is_some_and(|t| is(t, '!')));
                    self.code(group.stream(), ours && !called);
                }
                _ => {}
            }
        }
    }

    /// Searches an attribute, and the attributes in `cfg_attr(…, allow(…))`.
    fn attribute(&mut self, tokens: TokenStream) {
        let tokens: Vec<_> = tokens.into_iter().collect();
        for pair in tokens.windows(2) {
            let [TokenTree::Ident(name), TokenTree::Group(group)] = pair else {
                continue;
            };
            if name == "allow" {
                self.found(&pair[0], ALLOW);
            } else if name == "expect" && !names_reason(group) {
                self.found(&pair[0], REASON);
            } else {
                self.attribute(group.stream());
            }
        }
    }

    fn found(&mut self, token: &TokenTree, what: &'static str) {
        self.findings.push((token.span().start().line, what));
    }
}

fn is(token: &TokenTree, character: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == character)
}

fn bracketed(token: Option<&TokenTree>) -> Option<&Group> {
    match token {
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket => Some(group),
        _ => None,
    }
}

fn names_reason(group: &Group) -> bool {
    let is_reason = |token| matches!(token, TokenTree::Ident(name) if name == "reason");
    group.stream().into_iter().any(is_reason)
}

#[track_caller]
fn check(text: &str, expect: Expect) {
    expect.assert_eq(&findings(&File::new("src/a.rs", text)).join("\n"));
}

#[test]
fn finds_unsafe_in_code_only() {
    check(
        "fn a() {\n    unsafe { b() }\n}\nquote! { unsafe impl Send for A {} }\n",
        expect![[r#"
            src/a.rs:2: `unsafe` has one home, autometrics-core/src/platform: find a safe way
            src/a.rs:4: `unsafe` has one home, autometrics-core/src/platform: find a safe way"#]],
    );
    check(
        "#![forbid(unsafe_code)]\n/// unsafe\n#[unsafe(link_section = \".a\")]\nstatic A: &str = \"unsafe\";",
        expect![""],
    );
}

#[test]
fn accepts_unsafe_in_its_home() {
    let text = "fn a() { unsafe { b() } }";
    assert!(findings(&File::new(UNSAFE_HOMES[0].0, text)).is_empty());
}

#[test]
fn finds_silenced_lints_except_in_generated_code() {
    check(
        "#![allow(dead_code)]\n#[cfg_attr(test, allow(dead_code))]\n#[expect(dead_code)]\nfn a() {}\n",
        expect![[r#"
            src/a.rs:1: write `#[expect(lint, reason = "…")]` instead of `allow`: it has a reason, and a warning when it is no longer needed
            src/a.rs:2: write `#[expect(lint, reason = "…")]` instead of `allow`: it has a reason, and a warning when it is no longer needed
            src/a.rs:3: add a reason: `#[expect(lint, reason = "…")]`"#]],
    );
    check(
        "#[expect(dead_code, reason = \"later\")]\nfn a() { quote! { #[allow(dead_code)] } }",
        expect![""],
    );
}
