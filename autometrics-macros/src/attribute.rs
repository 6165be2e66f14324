//! Expands the attribute: finds the functions under it, and instruments each.

use proc_macro2::TokenStream;
use quote::ToTokens as _;
use syn::{
    Attribute, Block, Error, ImplItem, Item, ItemFn, ItemImpl, ItemMod, ItemTrait, Meta, Signature,
    TraitItem,
};

use crate::{
    docs,
    errors::Errors,
    generate,
    parse::{args::Args, dialect::Dialect},
    plan::{Function, Plan, owner::Owner},
    transparency::{canonical, expectations},
};

/// Returns the tokens that replace the item under the attribute, with all errors in its arguments.
pub(crate) fn expand(dialect: Dialect, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let args = Args::read(arguments, dialect, &mut errors);
    let mut output = match syn::parse2::<Item>(item.clone()) {
        Ok(mut parsed @ (Item::Fn(_) | Item::Impl(_) | Item::Trait(_) | Item::Mod(_))) => {
            instrument_item(&mut parsed, &args, &mut errors);
            parsed.into_token_stream()
        }
        Ok(other) => {
            errors.push(Error::new_spanned(
                first_token(&other),
                format!(
                    "expected a function with a body, or an `impl` block, a trait or a module with \
                     functions in it, under `#[{}]`",
                    dialect.attribute()
                ),
            ));
            item
        }
        // A method with a receiver is no item, but parses as a function. Other tokens are kept, and the
        // parser's error is added.
        Err(_) => match syn::parse2::<ItemFn>(item.clone()) {
            Ok(method) => {
                let mut method = Item::Fn(method);
                instrument_item(&mut method, &args, &mut errors);
                method.into_token_stream()
            }
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
    // Attributes and doc comments come first in the stream, but the error is about the item itself.
    let mut tokens = item.to_token_stream().into_iter().peekable();
    while tokens.next_if(|token| token.to_string() == "#").is_some() {
        tokens.next();
    }
    tokens.next().into_iter().collect()
}

fn instrument_item(item: &mut Item, args: &Args, errors: &mut Errors) {
    match item {
        Item::Fn(item) => {
            let inherits = docs::may_inherit(&item.vis, &item.sig);
            let parts = (&mut item.attrs, &mut item.sig, item.block.as_mut());
            instrument_function(parts, args, None, inherits, errors);
        }
        Item::Impl(block) => instrument_impl(block, args, errors),
        Item::Trait(block) => instrument_trait(block, args, errors),
        Item::Mod(module) => instrument_module(module, args, errors),
        _ => {}
    }
}

/// Instruments one function. `inherits` is set if rustdoc shows a trait's documentation when the function
/// has none.
fn instrument_function(
    (attributes, signature, body): (&mut Vec<Attribute>, &mut Signature, &mut Block),
    args: &Args,
    owner: Option<&Owner>,
    inherits: bool,
    errors: &mut Errors,
) {
    let plan = Plan::new(
        &Function {
            attributes,
            signature,
            body,
        },
        args,
        owner,
    );
    if let Some(plan) = errors.keep(plan) {
        expectations::relax(attributes);
        expectations::relax_within(body);
        docs::link(&plan, attributes, inherits);
        attributes.extend(canonical::allow_lints_of_empty_bodies(
            attributes, signature, body,
        ));
        let is_canonical = canonical::is_canonical(signature, body);
        generate::wrap(&plan, signature, body);
        if is_canonical {
            canonical::mark_generated(body);
        }
    }
}

fn instrument_impl(block: &mut ItemImpl, args: &Args, errors: &mut Errors) {
    check_block_args(args, "an `impl` block", errors);
    expectations::relax(&mut block.attrs);
    let owner = Owner::of_impl(block);
    let of_trait = block.trait_.is_some();
    for item in &mut block.items {
        let ImplItem::Fn(method) = item else { continue };
        if let Some(args) = own_args(&mut method.attrs, args, errors) {
            let parts = (&mut method.attrs, &mut method.sig, &mut method.block);
            instrument_function(parts, &args, Some(&owner), of_trait, errors);
        }
    }
}

fn instrument_trait(block: &mut ItemTrait, args: &Args, errors: &mut Errors) {
    check_block_args(args, "a trait", errors);
    expectations::relax(&mut block.attrs);
    let owner = Owner::of_trait(block);
    for item in &mut block.items {
        let TraitItem::Fn(method) = item else {
            continue;
        };
        let Some(args) = own_args(&mut method.attrs, args, errors) else {
            continue;
        };
        if let Some(body) = &mut method.default {
            let parts = (&mut method.attrs, &mut method.sig, body);
            instrument_function(parts, &args, Some(&owner), false, errors);
        }
    }
}

fn instrument_module(module: &mut ItemMod, args: &Args, errors: &mut Errors) {
    check_block_args(args, "a module", errors);
    expectations::relax(&mut module.attrs);
    let Some((_, items)) = &mut module.content else {
        errors.push(Error::new_spanned(
            &module.ident,
            "an attribute cannot read the file of a module: \
             write it on the functions or `impl` blocks in that file",
        ));
        return;
    };
    for item in items {
        let attributes = match item {
            Item::Fn(item) => &mut item.attrs,
            Item::Impl(block) => &mut block.attrs,
            Item::Trait(block) => &mut block.attrs,
            Item::Mod(module) if module.content.is_some() => &mut module.attrs,
            _ => continue,
        };
        if attributes
            .iter()
            .any(|attribute| attribute.path().is_ident("test"))
        {
            continue;
        }
        if let Some(args) = own_args(attributes, args, errors) {
            instrument_item(item, &args, errors);
        }
    }
}

/// Reports arguments on a block that only apply to one function.
fn check_block_args(args: &Args, block: &str, errors: &mut Errors) {
    if let Some(name) = &args.name {
        errors.push(Error::new(
            name.span(),
            format!(
                "`name` on {block} would give all functions the same name: write it on a function"
            ),
        ));
    }
    if let Some(test) = &args.outcome_test {
        let key = &test.key;
        errors.push(Error::new(
            key.span(),
            format!(
                "`{key}` on {block} would test values of different types: write it on a function"
            ),
        ));
    }
}

/// Returns the arguments of an item in an instrumented block: its own, with defaults from the block.
/// Returns `None` if the item is excluded.
fn own_args(attributes: &mut Vec<Attribute>, block: &Args, errors: &mut Errors) -> Option<Args> {
    let dialect = block.dialect;
    let own = remove_attribute(attributes, dialect.attribute());
    if remove_attribute(attributes, dialect.skip()).is_some() {
        if let Some(own) = own {
            errors.push(Error::new_spanned(
                own.path(),
                format!(
                    "`#[{}]` excludes this item: keep one of the two attributes",
                    dialect.skip()
                ),
            ));
        }
        return None;
    }
    let own = match own.map(|attribute| attribute.meta) {
        Some(Meta::List(list)) => Args::read(list.tokens, dialect, errors),
        _ => Args::default(),
    };
    Some(own.with_defaults_from(block))
}

/// Removes and returns the attribute whose path ends in `name`.
fn remove_attribute(attributes: &mut Vec<Attribute>, name: &str) -> Option<Attribute> {
    let at = attributes.iter().position(|attribute| {
        let last = attribute.path().segments.last();
        last.is_some_and(|segment| segment.ident == name)
    })?;
    Some(attributes.remove(at))
}
