//! Names and statements of the expansion that the user's code does not see.

use proc_macro2::{Ident, Span};
use syn::{Block, Expr, ExprBlock, Stmt};

use crate::plan::body;

/// Returns the name of a local variable of the expansion.
///
/// Hygiene hides the name from the user's code. The prefix keeps it apart from items: if there were a
/// constant or a unit struct of that name in scope, a `let` would match it instead of declaring a variable.
pub(crate) fn hidden(name: &str) -> Ident {
    hidden_at(name, Span::mixed_site())
}

/// Returns the same name as [`hidden`]; compiler messages about it point to `at`.
pub(crate) fn hidden_at(name: &str, at: Span) -> Ident {
    let at = Span::mixed_site().located_at(at);
    Ident::new(&format!("__autometrics_{name}"), at)
}

/// Puts statements in front of a body, where the items of the body are not in scope.
///
/// An item in the body may have the same name as a type in the signature or in an argument of the
/// attribute. So a body with items becomes a block of its own, behind the statements. In that block the items
/// are still in front of statements, as lints demand.
pub(crate) fn prepend(body: &mut Block, statements: Vec<Stmt>) {
    if statements.is_empty() {
        return;
    }
    let mut inner = std::mem::replace(&mut body.stmts, statements);
    if body::may_have_items(&inner) {
        inner = vec![Stmt::Expr(
            Expr::Block(ExprBlock {
                attrs: Vec::new(),
                label: None,
                block: Block {
                    brace_token: body.brace_token,
                    stmts: inner,
                },
            }),
            None,
        )];
    }
    body.stmts.extend(inner);
}
