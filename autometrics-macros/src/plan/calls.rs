//! Finds the functions that a body calls, as far as its tokens show them, for the call graph
//! that tools draw without running the program.
//!
//! Paths are recorded as written, because a macro can't resolve them. The reader of the record
//! compares them with the existing functions.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use syn::{
    Attribute, Block, Expr, ExprCall, ExprMethodCall, ExprPath, Ident, Item, Macro,
    ext::IdentExt as _,
    visit::{self, Visit},
};

use super::owner::compact;

/// The maximum length of the list in bytes. A field of a record has no room for
/// more than twice as much.
const MAX_BYTES: usize = 30_000;

/// Returns the names of the functions that `body` calls, one per line, sorted, each once.
///
/// - `a::b` is a path, called or used as a value; it has no generic arguments, except
///   for those in `<T as Trait<U>>::f`.
/// - `.name` is a method of any value, `self.name` a method of `self`.
///
/// Closures and `async` blocks belong to the body, nested items don't. Names that begin with an
/// upper-case letter are types, variants and constants, and are left out. The list ends with the last name
/// that fits [`MAX_BYTES`].
pub(crate) fn called_names(body: &Block) -> String {
    let mut calls = Calls::default();
    calls.visit_block(body);
    let mut list = String::new();
    for name in calls.0 {
        if list.len() + name.len() > MAX_BYTES {
            break;
        }
        if !list.is_empty() {
            list.push('\n');
        }
        list.push_str(&name);
    }
    list
}

#[derive(Default)]
struct Calls(BTreeSet<String>);

impl Visit<'_> for Calls {
    fn visit_expr_call(&mut self, call: &ExprCall) {
        match called(&call.func) {
            Some(path) => self.path(path, true),
            None => self.visit_expr(&call.func),
        }
        for argument in &call.args {
            self.visit_expr(argument);
        }
    }

    fn visit_expr_method_call(&mut self, call: &ExprMethodCall) {
        let of_self = matches!(&*call.receiver, Expr::Path(path) if path.path.is_ident("self"));
        self.method(of_self, &call.method);
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_path(&mut self, path: &ExprPath) {
        self.path(path, false);
    }

    fn visit_expr(&mut self, expression: &Expr) {
        if let Expr::Verbatim(tokens) = expression {
            self.search(tokens.clone());
        }
        visit::visit_expr(self, expression);
    }

    fn visit_macro(&mut self, call: &Macro) {
        self.search(call.tokens.clone());
    }

    fn visit_item(&mut self, _: &Item) {}
    fn visit_attribute(&mut self, _: &Attribute) {}
}

impl Calls {
    fn path(&mut self, ExprPath { qself, path, .. }: &ExprPath, is_called: bool) {
        let names: Vec<_> = path.segments.iter().map(|segment| &segment.ident).collect();
        let start = if path.leading_colon.is_some() {
            "::"
        } else {
            ""
        };
        let Some(qself) = qself else {
            return self.add(start, &names, is_called);
        };
        // In `<T as a::Trait<U>>::f`, the first segments of the path are the trait.
        let mut of_trait = path.clone();
        of_trait.segments = path.segments.iter().take(qself.position).cloned().collect();
        let mut start = format!("<{}", compact(&qself.ty));
        if qself.position > 0 {
            // The shortened path ends with a separator.
            of_trait.segments.pop_punct();
            start.push_str(" as ");
            start.push_str(&compact(&of_trait));
        }
        start.push_str(">::");
        self.add(
            &start,
            names.get(qself.position..).unwrap_or_default(),
            true,
        );
    }

    /// Adds a path; one of a single segment only if it is called, because it may be a variable otherwise.
    fn add(&mut self, start: &str, names: &[&Ident], is_called: bool) {
        let Some(last) = names.last() else { return };
        let is_function = !last.unraw().to_string().starts_with(char::is_uppercase);
        if is_function && (is_called || names.len() > 1) {
            let names: Vec<_> = names.iter().map(|name| name.unraw().to_string()).collect();
            self.0.insert(format!("{start}{}", names.join("::")));
        }
    }

    fn method(&mut self, of_self: bool, name: &Ident) {
        let receiver = if of_self { "self" } else { "" };
        self.0.insert(format!("{receiver}.{}", name.unraw()));
    }

    /// Adds the calls in the arguments of a macro, which need not be expressions.
    fn search(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut at = 0;
        while at < tokens.len() {
            let start = at;
            match &tokens[at] {
                TokenTree::Group(group) => self.search(group.stream()),
                // An attribute contains no calls.
                TokenTree::Punct(punct) if punct.as_char() == '#' => {
                    at += usize::from(is_bracketed(tokens.get(at + 1)));
                }
                TokenTree::Ident(ident) if ident == "fn" => {
                    // The name of an item, or the parameters of a type such as `fn(u8)`.
                    at += 1;
                }
                TokenTree::Ident(_) => at = self.search_path(&tokens, at),
                _ => {}
            }
            at = at.max(start) + 1;
        }
    }

    /// Adds the path that begins at `start`, if it is a call, and returns the index of its last token.
    fn search_path(&mut self, tokens: &[TokenTree], start: usize) -> usize {
        let mut names = Vec::new();
        let mut at = start;
        let mut last = start;
        while let Some(TokenTree::Ident(name)) = tokens.get(at) {
            names.push(name);
            last = at;
            if !is_separator(tokens, at + 1) {
                break;
            }
            at += 3;
            if is(tokens.get(at), '<') {
                at = behind_generics(tokens, at);
                last = at - 1;
                if !is_separator(tokens, at) {
                    break;
                }
                at += 2;
            }
        }
        let is_called = is_parenthesized(tokens.get(last + 1));
        let before = |back| start.checked_sub(back).and_then(|at| tokens.get(at));
        let is_macro = is(tokens.get(last + 1), '!') && !is(tokens.get(last + 2), '=');
        match names[..] {
            _ if is_macro => {}
            // A name behind `.` is a field or a method, a name behind `..` the end of a range.
            [name] if is(before(1), '.') && !is(before(2), '.') => {
                if is_called {
                    let of_self = matches!(before(2), Some(TokenTree::Ident(it)) if it == "self")
                        && !is(before(3), '.');
                    self.method(of_self, name);
                }
            }
            [name] if syn::parse2::<Ident>(TokenTree::from(name.clone()).into()).is_err() => {}
            // The `f` of `<T as Trait>::f` is not a path of its own.
            _ if is(before(1), ':') && is(before(3), '>') => {}
            _ => {
                let rooted = is(before(1), ':') && is(before(2), ':');
                self.add(if rooted { "::" } else { "" }, &names, is_called);
            }
        }
        last
    }
}

/// Returns the path that is called, without invisible groups around it.
fn called(function: &Expr) -> Option<&ExprPath> {
    match function {
        Expr::Path(path) => Some(path),
        Expr::Group(group) => called(&group.expr),
        _ => None,
    }
}

fn is(token: Option<&TokenTree>, character: char) -> bool {
    matches!(token, Some(TokenTree::Punct(punct)) if punct.as_char() == character)
}

fn is_separator(tokens: &[TokenTree], at: usize) -> bool {
    is(tokens.get(at), ':') && is(tokens.get(at + 1), ':')
}

fn is_parenthesized(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Parenthesis)
}

fn is_bracketed(token: Option<&TokenTree>) -> bool {
    matches!(token, Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::Bracket)
}

/// Returns the index of the token behind `<…>`.
fn behind_generics(tokens: &[TokenTree], start: usize) -> usize {
    let mut depth = 0_usize;
    for (at, token) in tokens.iter().enumerate().skip(start) {
        if is(Some(token), '<') {
            depth += 1;
        } else if is(Some(token), '>') && !is(tokens.get(at - 1), '-') {
            depth -= 1;
        }
        if depth == 0 {
            return at + 1;
        }
    }
    tokens.len()
}

#[cfg(test)]
mod tests {
    #![expect(
        clippy::needless_raw_string_hashes,
        reason = "they are written by `UPDATE_EXPECT=1`"
    )]

    use expect_test::{Expect, expect};

    #[track_caller]
    fn check(body: &str, expected: &Expect) {
        let block = syn::parse_str(&format!("{{ {body} }}")).expect("the body parses");
        expected.assert_eq(&super::called_names(&block));
    }

    #[test]
    fn paths_and_methods_are_recorded_as_written() {
        check(
            "let cart = self.load(id)?.lock().await;
             let all = cart::items::<Item>(&cart).map(Self::convert).collect::<Vec<_>>();
             let r#type = ::std::fs::read(r#type(1));
             crate::audit::log(self.store.get(Self::LIMIT), convert);
             self.iter.next();
             Ok(Total { sum: price(all), at: Vec::<u8>::new() })",
            &expect![[r#"
                .collect
                .get
                .lock
                .map
                .next
                ::std::fs::read
                Self::convert
                Vec::new
                cart::items
                crate::audit::log
                price
                self.load
                type"#]],
        );
    }

    #[test]
    fn call_through_a_trait_has_type_and_trait() {
        check(
            "<Self as Store<Key>>::open(); <Vec<&'static str>>::len(x); <T as a::B>::C::f; <[u8]>::to_vec(y)",
            &expect![[r#"
                <Self as Store<Key>>::open
                <T as a::B>::C::f
                <Vec<&'static str>>::len
                <[u8]>::to_vec"#]],
        );
    }

    #[test]
    fn closures_and_async_blocks_belong_to_the_body() {
        check(
            "spawn(async move { fetch().await }); let all = || many(); (self.run)(|n| one(n)); loop { again() }",
            &expect![[r#"
                again
                fetch
                many
                one
                spawn"#]],
        );
    }

    #[test]
    fn items_in_the_body_are_left_out() {
        check(
            "fn inner() { hidden() } impl A { fn f() { hidden() } } const B: u8 = hidden(); use a::b;
             #[cfg(hidden())] inner()",
            &expect!["inner"],
        );
    }

    #[test]
    fn arguments_of_macros_are_searched() {
        check(
            r##"join!(a(), b::<u8>(1), Self::c(self.d()), self.e.f(), x.g::<Vec<fn() -> u8>>(1));
                println!("{} {}", vec![h(); 2].len(), if (i) { return (j) } else { r#k(0..l()) });
                select! { value = m() => #[cfg(never)] n::o(value), ::p::q => !r(Some(S::T(u))) };
                assert!(v != w(), "{x}", x = A::<u8>::y(b"z()")); fn_!(fn inner(a: fn(u8)))"##,
            &expect![[r#"
                .f
                .g
                .len
                ::p::q
                A::y
                Self::c
                a
                b
                h
                k
                l
                m
                n::o
                r
                self.d
                w"#]],
        );
    }

    #[test]
    fn body_without_calls_has_an_empty_list() {
        check(
            "let Some(n) = Some(self.n) else { return None; }; Some(n + A::B)",
            &expect![[""]],
        );
    }

    #[test]
    fn long_list_ends_with_a_whole_name() {
        let calls: Vec<_> = (0..9_000).map(|n| format!("function_{n}();")).collect();
        let body = calls.concat();
        let block = syn::parse_str(&format!("{{ {body} }}")).expect("the body parses");
        let list = super::called_names(&block);
        assert!(
            (super::MAX_BYTES - 20..=super::MAX_BYTES).contains(&list.len()),
            "{}",
            list.len()
        );
        assert!(
            list.lines()
                .all(|name| body.contains(&format!("{name}();")))
        );
    }
}
