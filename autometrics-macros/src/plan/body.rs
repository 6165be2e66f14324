//! Properties of a function's body, as far as its tokens show them.
//!
//! A macro is assumed to do anything, except for a macro of the standard library, whose
//! arguments are searched instead. A user may have a macro with the same name. So a macro is only known
//! not to suspend if it is called by its path, as in `std::println!`.

use std::collections::HashMap;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens as _;
use syn::{
    Block, Expr, ExprAssign, ExprAsync, ExprAwait, ExprBinary, ExprClosure, ExprReturn, ExprStruct,
    ExprTry, Item, Macro, PathSegment, Stmt,
    visit::{self, Visit},
};

/// Returns `true` if the body may contain an `await`, so that a poll may not run it to its end.
pub(crate) fn may_suspend(body: &Block) -> bool {
    let mut search = Search::default();
    search.visit_block(body);
    search.suspends
}

/// Returns `true` if the body may return from another place than its end.
pub(crate) fn may_return_early(body: &Block) -> bool {
    let mut search = Search::default();
    search.visit_block(body);
    search.returns_early
}

/// Returns `true` if statements may be items or expand to items, which are in scope in their whole block.
pub(crate) fn may_have_items(statements: &[Stmt]) -> bool {
    statements.iter().any(|statement| match statement {
        Stmt::Item(_) => true,
        Stmt::Macro(call) => {
            call.semi_token.is_some()
                && !only_evaluates_arguments(call.mac.path.segments.last().map(|it| &it.ident))
        }
        Stmt::Local(_) | Stmt::Expr(..) => false,
    })
}

/// Returns the largest number of assignments in the body to the same field, or
/// through the same reference.
pub(crate) fn most_assignments_to_one_place(body: &Block) -> usize {
    #[derive(Default)]
    struct Assigned(HashMap<String, usize>);

    impl Visit<'_> for Assigned {
        fn visit_expr_assign(&mut self, assignment: &ExprAssign) {
            if !matches!(*assignment.left, Expr::Path(_)) {
                let place = assignment.left.to_token_stream().to_string();
                *self.0.entry(place).or_default() += 1;
            }
            visit::visit_expr_assign(self, assignment);
        }

        fn visit_item(&mut self, _: &Item) {}
    }

    let mut assigned = Assigned::default();
    assigned.visit_block(body);
    assigned.0.into_values().max().unwrap_or_default()
}

/// Returns `true` if the body assigns to one of the variables `names`.
pub(crate) fn assigns_to_any(body: &Block, names: &[String]) -> bool {
    struct Assigned<'a>(&'a [String], bool);

    impl Assigned<'_> {
        fn note(&mut self, place: &Expr) {
            if let Expr::Path(place) = place {
                self.1 |= self.0.iter().any(|name| place.path.is_ident(name));
            }
        }
    }

    impl Visit<'_> for Assigned<'_> {
        fn visit_expr_assign(&mut self, assignment: &ExprAssign) {
            self.note(&assignment.left);
            visit::visit_expr_assign(self, assignment);
        }

        fn visit_expr_binary(&mut self, operation: &ExprBinary) {
            // This includes operators that don't assign, which does no harm.
            self.note(&operation.left);
            visit::visit_expr_binary(self, operation);
        }
    }

    let mut assigned = Assigned(names, false);
    assigned.visit_block(body);
    assigned.1
}

/// Returns `true` if the body has a struct update, as in `Self { open, ..self }`, which may take no field of `self`.
pub(crate) fn uses_struct_update(body: &Block) -> bool {
    struct Update(bool);

    impl Visit<'_> for Update {
        fn visit_expr_struct(&mut self, expression: &ExprStruct) {
            self.0 |= expression.rest.is_some();
            visit::visit_expr_struct(self, expression);
        }
    }

    let mut update = Update(false);
    update.visit_block(body);
    update.0
}

#[derive(Default)]
struct Search {
    suspends: bool,
    returns_early: bool,
}

impl Visit<'_> for Search {
    fn visit_expr_await(&mut self, expression: &ExprAwait) {
        self.suspends = true;
        visit::visit_expr_await(self, expression);
    }

    fn visit_expr_return(&mut self, expression: &ExprReturn) {
        self.returns_early = true;
        visit::visit_expr_return(self, expression);
    }

    fn visit_expr_try(&mut self, expression: &ExprTry) {
        self.returns_early = true;
        visit::visit_expr_try(self, expression);
    }

    fn visit_expr(&mut self, expression: &Expr) {
        if let Expr::Verbatim(tokens) = expression {
            self.search(tokens.clone());
        }
        visit::visit_expr(self, expression);
    }

    fn visit_macro(&mut self, call: &Macro) {
        let segments = &call.path.segments;
        let only_evaluates_arguments =
            only_evaluates_arguments(segments.last().map(|last| &last.ident));
        let of_std = |first: &PathSegment| STANDARD.iter().any(|name| first.ident == name);
        self.suspends |= !only_evaluates_arguments
            || segments.len() == 1
            || !segments.first().is_some_and(of_std);
        self.returns_early |= !only_evaluates_arguments;
        self.search(call.tokens.clone());
    }

    // Closures, async blocks and items suspend and return on their own.
    fn visit_expr_closure(&mut self, _: &ExprClosure) {}
    fn visit_expr_async(&mut self, _: &ExprAsync) {}
    fn visit_item(&mut self, _: &Item) {}
}

impl Search {
    fn search(&mut self, tokens: TokenStream) {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        for token in &tokens {
            match token {
                TokenTree::Ident(ident) if ident == "await" => self.suspends = true,
                TokenTree::Ident(ident) if ident == "return" => self.returns_early = true,
                TokenTree::Punct(punct) if punct.as_char() == '?' => self.returns_early = true,
                TokenTree::Group(group) => self.search(group.stream()),
                _ => {}
            }
        }
        for call in tokens.windows(3) {
            if let [
                TokenTree::Ident(name),
                TokenTree::Punct(bang),
                TokenTree::Group(_),
            ] = call
            {
                let is_call = bang.as_char() == '!';
                self.suspends |= is_call;
                self.returns_early |= is_call && !only_evaluates_arguments(Some(name));
            }
        }
    }
}

/// The crates of the standard library.
const STANDARD: [&str; 3] = ["alloc", "core", "std"];

/// Returns `true` for macros of the standard library that do nothing but evaluate their arguments.
fn only_evaluates_arguments(name: Option<&proc_macro2::Ident>) -> bool {
    const KNOWN: &[&str] = &[
        "assert",
        "assert_eq",
        "assert_ne",
        "cfg",
        "column",
        "concat",
        "dbg",
        "debug_assert",
        "debug_assert_eq",
        "debug_assert_ne",
        "env",
        "eprint",
        "eprintln",
        "file",
        "format",
        "format_args",
        "include_bytes",
        "include_str",
        "line",
        "matches",
        "module_path",
        "option_env",
        "panic",
        "print",
        "println",
        "stringify",
        "todo",
        "unimplemented",
        "unreachable",
        "vec",
        "write",
        "writeln",
    ];
    name.is_some_and(|name| KNOWN.iter().any(|known| name == known))
}
