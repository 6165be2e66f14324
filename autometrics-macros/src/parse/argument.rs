//! Parses one argument of an attribute: its value, or the arguments in its parentheses.

use proc_macro2::{TokenStream, TokenTree};
use syn::{
    Error, Ident, Token, parenthesized,
    parse::{Parse, ParseStream, Parser as _},
};

/// Fills the slot of an argument.
///
/// # Errors
///
/// If the slot is filled, which means that the argument was written twice.
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

/// Parses `= value`. An error names `example` as a valid argument.
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

/// Parses the optional arguments in parentheses behind `key`, each with `read_one`.
///
/// An error about a value instead of parentheses names `example` as a valid argument.
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
    // Parsed separately, so that the unread tokens behind a mistake are not reported as another one.
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

/// Skips the tokens up to the next comma or the end.
pub(crate) fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}
