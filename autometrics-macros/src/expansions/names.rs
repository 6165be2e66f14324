//! Tests that names in an expansion cannot collide with names in the user's scope.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};

use super::tokens;
use crate::{attribute, derive, parse::dialect::Dialect};

/// Words that mean the same in every scope.
const WORDS: &[&str] = &[
    "as", "async", "await", "const", "dyn", "else", "false", "fn", "for", "if", "impl", "in",
    "let", "loop", "match", "move", "mut", "ref", "return", "self", "Self", "static", "true",
    "use", "_",
];

/// Names that macros of `tracing` parse as keywords or as fields.
const FIELDS: &[&str] = &["target", "caller", "error", "return"];

/// Functions of all shapes, to be combined with all arguments.
const FUNCTIONS: &[&str] = &[
    "fn load(id: u64) -> Option<u8> { read(id) }",
    "fn load(mut id: u64) -> Res { id += 1; read(id)? }",
    "fn load(mut self, id: u64) -> Res<'_> { read(id) }",
    "fn load(id: u64) -> Res { use std::io::Error; const A: u8 = 1; read(id) }",
    "#[track_caller] fn load(id: u64) -> Res { if id == 0 { return no(); } read(id)?; Ok(id) }",
    "async fn load(id: u64) -> Res { use std::io::Error; read(id).await? }",
    "async fn load(mut id: u64, _other: u8) { read(id).await }",
    "async fn load(id: u64) -> Res { read(id)? }",
    "async fn load(id: u64) -> ! { loop { read(id).await } }",
    "fn load(id: u64) -> impl Future<Output = Res> { client().get(id) }",
    "fn load(id: u64) -> impl Future<Output = Res> { type A = u8; async { get(id).await? } }",
    "fn load(id: u64) -> Pin<Box<dyn Future<Output = Res> + Send + '_>> { Box::pin(get(id)) }",
    "fn load(id: u64) -> Pin<Box<dyn Future<Output = Res>>> { if a { b } else { c } }",
    "fn load(id: u64) -> Pin<Box<dyn Future<Output = Res>>> { if a { return b; } c }",
    "fn load(id: u64) -> BoxFuture<'_, Res> { use a::B; Box::pin(async move { get(id).await }) }",
    "impl A { fn load(id: u64) -> Self { Self(id) } }",
    "fn clone(&self, id: u64) -> Self { *self }",
];

const ARGUMENTS: &[&str] = &[
    "",
    "objective = A, track_concurrency",
    "objective = [A, B], name = \"c\"",
    "ok_if = Option::is_some",
    "error_if = |value| value > 3",
    "span",
    "span(level = \"debug\", fields(id), err, ret)",
    "span(target = \"a\", name = \"b\", err(Debug, level = \"warn\"))",
    "span(level = Level::INFO, ret(Display))",
    "events",
    "events(fields(id, ?other = id + 1), slower_than = \"2s\")",
    "events(slower_than = A), span(err)",
];

const TYPES: &[&str] = &[
    "enum A { #[label(error = \"b\")] B { code: u8 }, #[label(result = \"ok\")] C(u8), \
     #[label(transparent)] D(E), #[label(result = \"error\")] F, G }",
    "#[label(error = \"b\")] struct A<T: B>(T);",
    "#[label(transparent)] struct A<T> where T: B { inner: T }",
    "enum A {}",
];

#[test]
fn introduced_names_are_prefixed_or_absolute_paths() {
    let mut found = BTreeSet::new();
    for item in FUNCTIONS {
        // On a function or on a block around it.
        for arguments in ARGUMENTS {
            let on_block = item.starts_with("impl");
            if on_block && (arguments.contains("_if") || arguments.contains("name")) {
                continue;
            }
            let expanded = attribute::expand(Dialect::Current, tokens(arguments), tokens(item));
            let own = format!("{arguments} {item}");
            introduced(expanded, &idents(tokens(&own)), &mut found);
        }
    }
    for item in TYPES {
        introduced(
            derive::expand(tokens(item)),
            &idents(tokens(item)),
            &mut found,
        );
    }
    assert_eq!(found, BTreeSet::new());
}

fn idents(tokens: TokenStream) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => drop(all.insert(ident.to_string())),
            TokenTree::Group(group) => all.extend(idents(group.stream())),
            _ => {}
        }
    }
    all
}

/// Adds the names that are not the user's `own` and could collide with names in scope.
fn introduced(tokens: TokenStream, own: &BTreeSet<String>, found: &mut BTreeSet<String>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    for (at, token) in tokens.iter().enumerate() {
        let is = |back: usize, sign: char| {
            let token = at.checked_sub(back).map(|at| &tokens[at]);
            matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == sign)
        };
        match token {
            // Of an attribute.
            TokenTree::Group(_) if is(1, '#') => {}
            TokenTree::Group(group) => introduced(group.stream(), own, found),
            TokenTree::Ident(ident) => {
                let name = ident.to_string();
                let in_path = is(1, ':') && is(2, ':');
                let is_field = FIELDS.contains(&&*name)
                    && matches!(&tokens.get(at + 1), Some(TokenTree::Punct(next)) if ":=".contains(next.as_char()));
                // A method of a trait that is named already.
                let is_method = at > 0 && tokens[at - 1].to_string() == "fn";
                let is_kept = name.to_lowercase().starts_with("__autometrics_")
                    || WORDS.contains(&&*name)
                    || own.contains(&name);
                // Among the names that `use` takes from a path.
                let is_imported =
                    matches!(tokens.get(at + 1), Some(TokenTree::Ident(next)) if next == "as");
                if !(in_path || is_field || is_kept || is_imported || is_method) {
                    found.insert(name);
                }
            }
            _ => {}
        }
    }
}
