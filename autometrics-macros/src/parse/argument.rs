//! Parses one argument of an attribute: its value, or the arguments in its parentheses.

use proc_macro2::{TokenStream, TokenTree};

use crate::errors::Errors;
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

/// Reads arguments that are separated by commas, each with `read_one`. An argument with an error is
/// skipped, so that the mistakes in all arguments are reported.
///
/// # Errors
///
/// If there is no comma where one is needed.
pub(crate) fn read_all(
    input: ParseStream<'_>,
    errors: &mut Errors,
    mut read_one: impl FnMut(ParseStream<'_>) -> syn::Result<()>,
) -> syn::Result<()> {
    while !input.is_empty() {
        if let Err(error) = read_one(input) {
            errors.push(error);
            skip_to_comma(input)?;
        }
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(())
}

/// Skips the tokens up to the next comma or the end.
fn skip_to_comma(input: ParseStream<'_>) -> syn::Result<()> {
    while !input.is_empty() && !input.peek(Token![,]) {
        input.parse::<TokenTree>()?;
    }
    Ok(())
}
