//! Finds out what the attribute stands on, and hands each function on.

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::{Attribute, Error, ImplItem, ImplItemFn, Item, ItemFn, ItemImpl, Meta};

use crate::{args::Args, errors::Errors, generate, name, plan::Plan, scope::Scope};

/// The whole attribute: its arguments and what it stands on, to what replaces it.
pub(crate) fn expand(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let args = Args::read(arguments, &mut errors);
    let mut output = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Fn(function)) => free_function(function, &args, &mut errors),
        Ok(Item::Impl(block)) => impl_block(block, &args, &mut errors),
        Ok(other) => {
            errors.push(Error::new_spanned(
                first_token(&other),
                "`#[instrument_fn]` stands on a function with a body, or on an `impl` block",
            ));
            item
        }
        // A method with a receiver is no item, but reads as a function. What is
        // neither gets the compiler's own message.
        Err(_) => match syn::parse2::<ItemFn>(item.clone()) {
            Ok(function) => free_function(function, &args, &mut errors),
            Err(error) => {
                errors.push(error);
                item
            }
        },
    };
    output.extend(errors.into_tokens());
    output
}

fn first_token(item: &Item) -> TokenStream {
    // Attributes and doc comments come first in the stream, but say nothing.
    let mut tokens = item.to_token_stream().into_iter().peekable();
    while tokens.next_if(|token| token.to_string() == "#").is_some() {
        tokens.next();
    }
    tokens.next().into_iter().collect()
}

fn free_function(mut function: ItemFn, args: &Args, errors: &mut Errors) -> TokenStream {
    let plan = Plan::new(&function.sig, args, None, None, &Scope::Unknown);
    if let Some(plan) = errors.keep(plan) {
        generate::wrap(&plan, &mut function.block);
    }
    function.into_token_stream()
}

fn impl_block(mut block: ItemImpl, args: &Args, errors: &mut Errors) -> TokenStream {
    if let Some(name) = &args.name {
        errors.push(Error::new(
            name.span(),
            "`name` on an `impl` block would give all methods one name: write it on a method",
        ));
    }
    if let Some(verdict) = &args.verdict {
        let key = &verdict.key;
        errors.push(Error::new(
            key.span(),
            format!("`{key}` on an `impl` block would judge values of different types: write it on a method"),
        ));
    }
    let (owner, scope) = (name::owner(&block), Scope::of(&block));
    for item in &mut block.items {
        if let ImplItem::Fn(method) = item {
            self::method(method, args, &owner, &scope, errors);
        }
    }
    block.into_token_stream()
}

fn method(method: &mut ImplItemFn, block: &Args, owner: &str, scope: &Scope, errors: &mut Errors) {
    if take(&mut method.attrs, "skip").is_some() {
        return;
    }
    let own = take(&mut method.attrs, "instrument_fn")
        .map(|attribute| match attribute.meta {
            Meta::List(list) => Args::read(list.tokens, errors),
            _ => Args::default(),
        })
        .unwrap_or_default();
    let plan = Plan::new(&method.sig, &own, Some(block), Some(owner), scope);
    if let Some(plan) = errors.keep(plan) {
        generate::wrap(&plan, &mut method.block);
    }
}

/// Removes the attribute whose path ends in `name`.
fn take(attributes: &mut Vec<Attribute>, name: &str) -> Option<Attribute> {
    let at = attributes.iter().position(|attribute| {
        attribute
            .path()
            .segments
            .last()
            .is_some_and(|segment| segment.ident == name)
    })?;
    Some(attributes.remove(at))
}
