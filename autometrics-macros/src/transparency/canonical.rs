//! Bodies that lints recognize by their shape, which instrumented bodies do not have.

use proc_macro2::{Span, TokenTree};
use quote::ToTokens as _;
use syn::{Attribute, Block, Signature, parse_quote, token::Brace};

/// Returns `true` if lints demand exactly this body.
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

/// Returns an attribute that allows lints that ignore functions with an empty body; `None` if the body is not
/// empty, or the function has nothing that they would report.
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

/// Keeps lints from demanding the body that the user has written: they ignore a body whose braces have the
/// macro's span.
///
/// Only for a method of a trait, which no lint reports as unused.
pub(crate) fn mark_generated(body: &mut Block) {
    body.brace_token = Brace(Span::call_site());
}

/// Returns the body's code without blanks.
fn body_text(body: &Block) -> String {
    match body.to_token_stream().into_iter().next() {
        Some(TokenTree::Group(group)) => group.stream().to_string().replace([' ', '\n'], ""),
        _ => String::new(),
    }
}
