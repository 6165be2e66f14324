//! What functions are called in metrics.

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::{GenericArgument, ItemImpl, PathArguments, Type};

/// What stands before the names of an `impl` block's methods: `Type`, or
/// `<Type as Trait<Arg>>`, since `From<A>` and `From<B>` have the same methods.
pub(crate) fn owner(block: &ItemImpl) -> String {
    let own = type_name(&block.self_ty);
    let Some(last) = block
        .trait_
        .as_ref()
        .and_then(|(_, path, _)| path.segments.last())
    else {
        return own;
    };
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return own;
    };
    let arguments: Vec<String> = arguments
        .args
        .iter()
        .filter(|argument| !matches!(argument, GenericArgument::Lifetime(_)))
        .map(|argument| match argument {
            GenericArgument::Type(argument) => type_name(argument),
            other => compact(other),
        })
        .collect();
    if arguments.is_empty() {
        return own;
    }
    format!("<{own} as {}<{}>>", last.ident, arguments.join(", "))
}

/// The last segment of a type's path, without generics or lifetimes; what is no
/// path as it is written.
fn type_name(of: &Type) -> String {
    match of {
        Type::Path(of) => of
            .path
            .segments
            .last()
            .map_or_else(String::new, |segment| segment.ident.to_string()),
        Type::Reference(of) => {
            let mutable = if of.mutability.is_some() { "mut " } else { "" };
            format!("&{mutable}{}", type_name(&of.elem))
        }
        Type::Group(of) => type_name(&of.elem),
        Type::Paren(of) => type_name(&of.elem),
        other => compact(other),
    }
}

/// Tokens without the blanks that are put between them, but for those that
/// separate words.
fn compact(tokens: &impl ToTokens) -> String {
    let mut text = String::new();
    append(&mut text, tokens.to_token_stream());
    text
}

fn append(text: &mut String, tokens: TokenStream) {
    for token in tokens {
        let (open, close) = match &token {
            TokenTree::Group(group) => match group.delimiter() {
                proc_macro2::Delimiter::Parenthesis => ("(", ")"),
                proc_macro2::Delimiter::Bracket => ("[", "]"),
                proc_macro2::Delimiter::Brace => ("{", "}"),
                proc_macro2::Delimiter::None => ("", ""),
            },
            _ => ("", ""),
        };
        if let TokenTree::Group(group) = token {
            text.push_str(open);
            append(text, group.stream());
            text.push_str(close);
            continue;
        }
        let token = token.to_string();
        let word = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
        if word(text.chars().next_back()) && word(token.chars().next()) {
            text.push(' ');
        }
        text.push_str(&token);
        if token == "," || token == ";" {
            text.push(' ');
        }
    }
}
