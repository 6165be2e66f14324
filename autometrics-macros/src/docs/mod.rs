//! Links from a function's documentation to its charts in Prometheus.
//!
//! The links are within `cfg(doc)`, as a call of a macro, [`expand`], that only rustdoc expands. So the
//! compiler sees the documentation that the user wrote: lints report the same as
//! without the attribute, and no build spends time on text that only rustdoc reads.

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

/// The address of Prometheus, from the build script; empty for no links.
const BASE: &str = if cfg!(test) {
    ""
} else {
    env!("AUTOMETRICS_DOCS_BASE")
};

/// The program that expands the attribute.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Expander {
    /// The compiler, or rustdoc.
    Compiler,
    /// rust-analyzer, for an editor. It does not set `cfg(doc)`, has no lints that the text could
    /// mislead, and expands `module_path!()` to `module::path`.
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
/// `inherits` is set if rustdoc shows the trait's documentation when the
/// function has none of its own. The links would replace that documentation, so they are left out.
pub(crate) fn link(plan: &Plan, attributes: &mut Vec<Attribute>, inherits: bool) {
    if !BASE.is_empty() {
        append(*EXPANDER, plan, attributes, inherits);
    }
}

/// Returns the line with the links, for the arguments that [`link`] has written: a function's name, and
/// `true` if its calls in flight are counted.
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

/// Returns `true` if a function directly under the attribute may be a method of a
/// trait: it has no visibility, and a receiver or `Self` in its signature.
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
            let private = plan.private();
            let links = quote!(#private::links!(#name, #concurrency));
            // Lists of functions show the first paragraph, so that one has no text.
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
        // Within the braces, like the others: rustdoc puts outer attributes in front of inner ones.
        Some(AttrStyle::Inner(_)) => parse_quote!(#![#own]),
        _ => parse_quote!(#[#own]),
    });
}

/// Returns `true` for `///` and `#[doc = …]`. Documentation within `cfg_attr` is not seen here.
fn is_documentation(attribute: &Attribute) -> bool {
    matches!(&attribute.meta, Meta::NameValue(meta) if meta.path.is_ident("doc"))
}

/// Returns `true` for `#[doc(hidden)]` and `#[test]`: nobody looks up such a function.
fn is_hidden_or_test(attribute: &Attribute) -> bool {
    let name = attribute.path().segments.last();
    match &attribute.meta {
        Meta::List(list) if list.path.is_ident("doc") => contains_word(&list.tokens, "hidden"),
        _ => name.is_some_and(|name| name.ident == "test"),
    }
}

/// Returns `true` if `word` is among the tokens, within any brackets.
fn contains_word(tokens: &TokenStream, word: &str) -> bool {
    let text = tokens.to_string();
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|part| part == word)
}
