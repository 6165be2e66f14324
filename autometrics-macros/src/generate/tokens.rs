//! Code that several parts of an expansion share.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{quote, quote_spanned};
use syn::{Stmt, parse_quote};

use crate::plan::Plan;

/// Where the expansion finds what it calls.
pub(super) fn private(plan: &Plan) -> TokenStream {
    let krate = &plan.krate;
    quote!(#krate::__private)
}

/// The same tokens, with messages about them pointing elsewhere.
pub(super) fn located(tokens: TokenStream, at: Span) -> TokenStream {
    let locate = |mut token: TokenTree| {
        token.set_span(token.span().located_at(at));
        token
    };
    tokens.into_iter().map(locate).collect()
}

/// The end of a body. A `return`, as lints that ask for one ask us too.
pub(super) fn returning(value: &TokenStream, at: Span) -> Vec<Stmt> {
    let returning = quote_spanned!(at=> return #value;);
    parse_quote!(#returning)
}

/// The type of that local.
pub(super) fn guard_type(plan: &Plan) -> Ident {
    let name = if plan.events.is_some() {
        "Watched"
    } else {
        "Entered"
    };
    Ident::new(name, Span::call_site())
}
