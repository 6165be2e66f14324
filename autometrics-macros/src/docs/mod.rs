//! Links from a function's documentation to its charts in Prometheus.
//!
//! In the compiler's eyes a decorated function has the documentation that the
//! user wrote, so that lints say what they would say without us, and no build
//! pays for text that only rustdoc reads: the links stand under `cfg(doc)`, as a
//! macro, [`expand`], that rustdoc alone expands.

#[cfg(test)]
mod base;
mod queries;
#[cfg(test)]
mod tests;
mod text;

use std::{env, sync::LazyLock};

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{
    AttrStyle, Attribute, LitBool, LitStr, Meta, Signature, Token, Visibility, parse::Parser as _,
    parse_quote,
};

use crate::plan::Plan;
use queries::Function;

/// Where Prometheus is, as the build script found it; empty for no links.
const BASE: &str = if cfg!(test) {
    ""
} else {
    env!("AUTOMETRICS_DOCS_BASE")
};

/// Who expands the attribute.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expander {
    /// The compiler, or rustdoc.
    Compiler,
    /// An editor, by way of rust-analyzer. It has no `cfg(doc)`, and no lints to
    /// mislead; to it, `module_path!()` is `module::path`.
    Editor,
}

static EXPANDER: LazyLock<Expander> = LazyLock::new(|| {
    let program = env::current_exe().unwrap_or_default();
    let name = program.file_name().unwrap_or_default().to_string_lossy();
    if name.contains("rust-analyzer") {
        Expander::Editor
    } else {
        Expander::Compiler
    }
});

/// Adds the links to the attributes of the planned function.
///
/// `inherits` tells that rustdoc shows the trait's documentation where the
/// function has none of its own: ours would be in its place.
pub(crate) fn link(plan: &Plan, attributes: &mut Vec<Attribute>, inherits: bool) {
    if !BASE.is_empty() {
        append(*EXPANDER, plan, attributes, inherits);
    }
}

/// What [`link`] left to rustdoc: a function's name, and whether its calls in
/// flight are counted, to the line with its links.
pub(crate) fn expand(arguments: TokenStream) -> syn::Result<TokenStream> {
    let parse = |input: syn::parse::ParseStream<'_>| {
        let name: LitStr = input.parse()?;
        input.parse::<Token![,]>()?;
        Ok((name, input.parse::<LitBool>()?))
    };
    let (name, concurrency) = parse.parse2(arguments)?;
    let name = &name.value();
    let by_module = true;
    let line = text::line(BASE, Function { name, by_module }, concurrency.value);
    Ok(text::value(&line))
}

/// Whether a function that stands alone under the attribute may be a method of a
/// trait, where nobody writes `pub`.
pub(crate) fn may_inherit(visibility: &Visibility, signature: &Signature) -> bool {
    matches!(visibility, Visibility::Inherited)
        && (signature.receiver().is_some() || contains_word(&signature.to_token_stream(), "Self"))
}

fn append(expander: Expander, plan: &Plan, attributes: &mut Vec<Attribute>, inherits: bool) {
    let last = attributes
        .iter()
        .rfind(|attribute| is_documentation(attribute));
    let style = last.map(|attribute| attribute.style);
    if attributes.iter().any(is_hidden_or_test) || (style.is_none() && inherits) {
        return;
    }
    let (name, concurrency) = (&plan.name, plan.concurrency);
    let own = match expander {
        Expander::Compiler => {
            let krate = &plan.krate;
            let links = quote!(#krate::__private::links!(#name, #concurrency));
            // Lists of functions show the first paragraph: here one without text.
            let first = style.is_none().then(|| quote!(doc = "<!-- -->", doc = "",));
            quote!(cfg_attr(doc, doc = "", #first doc = #links))
        }
        Expander::Editor => {
            let by_module = false;
            let line = text::line(BASE, Function { name, by_module }, concurrency);
            let line = format!("\n\n{line}");
            quote!(doc = #line)
        }
    };
    attributes.push(match style {
        // Within the braces, as the others: rustdoc puts those first that are not.
        Some(AttrStyle::Inner(_)) => parse_quote!(#![#own]),
        _ => parse_quote!(#[#own]),
    });
}

/// `///` or `#[doc = …]`. What `cfg_attr` may bring is left to the compiler.
fn is_documentation(attribute: &Attribute) -> bool {
    matches!(&attribute.meta, Meta::NameValue(meta) if meta.path.is_ident("doc"))
}

/// `#[doc(hidden)]`, or a test: no one looks it up.
fn is_hidden_or_test(attribute: &Attribute) -> bool {
    let name = attribute.path().segments.last();
    match &attribute.meta {
        Meta::List(list) if list.path.is_ident("doc") => contains_word(&list.tokens, "hidden"),
        _ => name.is_some_and(|name| name.ident == "test"),
    }
}

/// Whether `word` is among the tokens, in whatever brackets.
fn contains_word(tokens: &TokenStream, word: &str) -> bool {
    let text = tokens.to_string();
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|part| part == word)
}
