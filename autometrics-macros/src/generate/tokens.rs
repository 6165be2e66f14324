//! Code that several parts of an expansion share.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::quote_spanned;
use syn::{Stmt, parse_quote};

use crate::plan::Plan;

/// Returns the same tokens; compiler messages about them point to `at`.
pub(super) fn located(tokens: TokenStream, at: Span) -> TokenStream {
    let locate = |mut token: TokenTree| {
        token.set_span(token.span().located_at(at));
        token
    };
    tokens.into_iter().map(locate).collect()
}

/// Returns the statement at the end of a body: a `return`, because a lint that demands one checks generated
/// code, too.
pub(super) fn returning(value: &TokenStream, at: Span) -> Vec<Stmt> {
    let returning = quote_spanned!(at=> return #value;);
    parse_quote!(#returning)
}

/// Returns the type of the local variable that ends the call.
pub(super) fn guard_type(plan: &Plan) -> Ident {
    let name = if plan.events.is_some() {
        "EventCall"
    } else {
        "Entered"
    };
    Ident::new(name, Span::call_site())
}
