//! Bodies that lints know by their shape, which they have no more when decorated.

use proc_macro2::{Span, TokenTree};
use quote::ToTokens as _;
use syn::{Attribute, Block, Signature, parse_quote, token::Brace};

/// Whether lints ask for just this body.
pub(crate) fn is_canonical(signature: &Signature, body: &Block) -> bool {
    if signature.ident == "clone" {
        body_text(body) == "*self"
    } else if signature.ident == "partial_cmp" {
        let text = body_text(body);
        text.starts_with("Some(self.cmp(") && text.ends_with("))")
    } else {
        false
    }
}

/// What keeps lints quiet that leave functions alone whose body is empty.
pub(crate) fn allow_lints_of_empty_bodies(
    attributes: &[Attribute],
    signature: &Signature,
    body: &Block,
) -> Option<Attribute> {
    let is_inline = |attribute: &Attribute| attribute.path().is_ident("inline");
    let concerned = !signature.generics.params.is_empty() || attributes.iter().any(is_inline);
    (concerned && body.stmts.is_empty()).then(
        || parse_quote!(#[allow(clippy::extra_unused_type_parameters, clippy::inline_always)]),
    )
}

/// Keeps lints from asking for the body that the user has written: with braces of
/// ours, they leave it alone.
///
/// Only of a method of a trait, which no lint calls unused.
pub(crate) fn mark_generated(body: &mut Block) {
    body.brace_token = Brace(Span::call_site());
}

/// The body without blanks.
fn body_text(body: &Block) -> String {
    match body.to_token_stream().into_iter().next() {
        Some(TokenTree::Group(group)) => group.stream().to_string().replace([' ', '\n'], ""),
        _ => String::new(),
    }
}
