//! Links from a function's documentation to its charts in Prometheus.
//!
//! Lints must see the function as the user wrote it. What has documentation gets
//! the links behind it; what has none gets them where only rustdoc sees them, so
//! that `missing_docs` goes on asking for some. Clippy reads no documentation
//! that a macro wrote.

#[cfg(test)]
mod base;
mod queries;
#[cfg(test)]
mod tests;
mod text;

use std::{env, sync::LazyLock};

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::{AttrStyle, Attribute, ItemFn, Meta, Visibility, parse_quote};

use crate::plan::Plan;
use queries::Function;

/// Where Prometheus is, as the build script found it; empty for no links.
const BASE: &str = if cfg!(test) {
    ""
} else {
    env!("AUTOMETRICS_DOCS_BASE")
};

/// Who reads the documentation.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// The compiler and rustdoc.
    Compiler,
    /// An editor, by way of rust-analyzer. It has no lints to mislead, but no
    /// `module_path!()`: it takes it for `module::path`.
    Editor,
}

static READER: LazyLock<Reader> = LazyLock::new(|| {
    let program = env::current_exe().ok();
    let name = program.as_deref().and_then(|program| program.file_name());
    let editor = name.is_some_and(|name| name.to_string_lossy().starts_with("rust-analyzer"));
    if editor {
        Reader::Editor
    } else {
        Reader::Compiler
    }
});

/// Adds the links to the attributes of the planned function.
///
/// `inherits` tells that rustdoc shows the trait's documentation where the
/// function has none of its own: ours would be in its place.
pub(crate) fn link(plan: &Plan, attributes: &mut Vec<Attribute>, inherits: bool) {
    if !BASE.is_empty() {
        append(BASE, *READER, plan, attributes, inherits);
    }
}

/// Whether a function that stands alone under the attribute may be a method of a
/// trait, where nobody writes `pub`.
pub(crate) fn may_inherit(function: &ItemFn) -> bool {
    let signature = &function.sig;
    matches!(function.vis, Visibility::Inherited)
        && (signature.receiver().is_some() || names(&signature.to_token_stream(), "Self"))
}

fn append(
    base: &str,
    reader: Reader,
    plan: &Plan,
    attributes: &mut Vec<Attribute>,
    inherits: bool,
) {
    let last = attributes.iter().rfind(|attribute| documents(attribute));
    let style = last.map(|attribute| attribute.style);
    if attributes.iter().any(is_unread) || (style.is_none() && inherits) {
        return;
    }
    let function = Function {
        name: &plan.name,
        by_module: reader == Reader::Compiler,
    };
    let value = text::value(&text::line(base, function, plan.concurrency));
    match style {
        Some(AttrStyle::Outer) => attributes
            .extend::<[Attribute; 2]>([parse_quote!(#[doc = ""]), parse_quote!(#[doc = #value])]),
        // Within the braces, as the others: rustdoc puts those first that are not.
        Some(AttrStyle::Inner(_)) => attributes
            .extend::<[Attribute; 2]>([parse_quote!(#![doc = ""]), parse_quote!(#![doc = #value])]),
        None if reader == Reader::Editor => attributes.push(parse_quote!(#[doc = #value])),
        // Lists of functions show the first paragraph, here one without text.
        None => attributes.push(parse_quote! {
            #[cfg_attr(doc, doc = "", doc = "<!-- -->", doc = "", doc = #value)]
        }),
    }
}

/// `///` or `#[doc = …]`. What `cfg_attr` may bring is left to the compiler.
fn documents(attribute: &Attribute) -> bool {
    matches!(&attribute.meta, Meta::NameValue(meta) if meta.path.is_ident("doc"))
}

/// `#[doc(hidden)]`, or a test: no one looks it up.
fn is_unread(attribute: &Attribute) -> bool {
    let name = attribute.path().segments.last();
    match &attribute.meta {
        Meta::List(list) if list.path.is_ident("doc") => names(&list.tokens, "hidden"),
        _ => name.is_some_and(|name| name.ident == "test"),
    }
}

/// Whether `word` is among the tokens, in whatever brackets.
fn names(tokens: &TokenStream, word: &str) -> bool {
    let text = tokens.to_string();
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|part| part == word)
}
