//! Parses one argument of an attribute: its value, or what is in its parentheses.

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Error, Ident, Token, parenthesized,
    parse::{Parse, ParseStream, Parser as _},
};

/// Fills the slot of an argument, once.
pub(crate) fn set<T>(slot: &mut Option<T>, value: T, key: &Ident) -> syn::Result<()> {
    if slot.is_some() {
        return Err(Error::new(
            key.span(),
            format!("duplicate `{key}` argument"),
        ));
    }
    *slot = Some(value);
    Ok(())
}

/// Reads `= value`; `example` shows how it should have been.
pub(crate) fn value<T: Parse>(
    input: ParseStream<'_>,
    key: &Ident,
    example: &str,
) -> syn::Result<T> {
    if !input.peek(Token![=]) {
        return Err(Error::new(
            key.span(),
            format!("`{key}` needs a value: `{example}`"),
        ));
    }
    input.parse::<Token![=]>()?;
    let start = input.span();
    input.parse().map_err(|_| {
        let at = if input.is_empty() { key.span() } else { start };
        Error::new(at, format!("not a value for `{key}`: expected `{example}`"))
    })
}

/// Reads what stands in parentheses behind `key`, if anything does, one by one;
/// `example` shows how it may be.
pub(crate) fn nested(
    input: ParseStream<'_>,
    key: &Ident,
    example: &str,
    mut read_one: impl FnMut(ParseStream<'_>) -> syn::Result<()>,
) -> syn::Result<()> {
    if input.peek(Token![=]) {
        let message = format!("`{key}` takes no value: write `{key}` or `{key}({example}, …)`");
        return Err(Error::new(key.span(), message));
    }
    if input.is_empty() || input.peek(Token![,]) {
        return Ok(());
    }
    let content;
    parenthesized!(content in input);
    let tokens: TokenStream = content.parse()?;
    // On its own, so that what is behind a mistake is no second one.
    let parser = |input: ParseStream<'_>| {
        while !input.is_empty() {
            read_one(input)?;
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    parser.parse2(tokens)
}

/// Leaves what is before the next comma unread.
pub(crate) fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}
