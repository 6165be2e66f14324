//! Keeps what the expansion introduces and what the body names apart.

use proc_macro2::{Ident, Span};
use syn::{Block, Expr, ExprBlock, Stmt};

use crate::plan::body;

/// Returns the name of a local that the user's code does not see, and that no item has.
///
/// Hygiene does the former, the prefix the latter: a pattern is a constant or a unit
/// struct where there is one of that name.
pub(crate) fn hidden(name: &str) -> Ident {
    hidden_at(name, Span::mixed_site())
}

/// The same for a local that compiler messages show `at` another place.
pub(crate) fn hidden_at(name: &str, at: Span) -> Ident {
    let at = Span::mixed_site().located_at(at);
    Ident::new(&format!("__autometrics_{name}"), at)
}

/// Puts statements in front of what a body does, where its items are not in scope.
///
/// An item in the body may have a name that the signature or an argument has, too.
/// A body with items becomes a block of its own; lints want those first in their block.
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
