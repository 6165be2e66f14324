//! Statements that keep the parameters as they are when the body becomes a closure or an async block.
//!
//! The parameters are dropped in the same order as in the function: the last one first, each as a whole.
//! No parameter is stored twice.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::{
    Block, FnArg, Pat, PatIdent, Signature, Stmt, Type, TypePath, parse_quote,
    visit::{self, Visit},
};

use crate::{plan::body, scope};

/// Declares `mut` parameters again as local variables of the body, if they are numbers or references: they have no
/// destructor, and a second copy is small.
///
/// Lints treat an assignment to a captured variable differently from an assignment to a local variable: they
/// would report nothing, or something else.
pub(crate) fn rebind_mutable(signature: &mut Signature, block: &mut Block) {
    let parameters = signature.inputs.iter_mut().filter_map(|input| match input {
        FnArg::Typed(parameter) if is_number_or_reference(&parameter.ty) => {
            match parameter.pat.as_mut() {
                Pat::Ident(PatIdent {
                    by_ref: None,
                    mutability,
                    ident,
                    subpat: None,
                    ..
                }) => Some((mutability.take()?, ident)),
                _ => None,
            }
        }
        FnArg::Receiver(_) | FnArg::Typed(_) => None,
    });
    let locals = parameters.map(|(mutable, name)| -> Stmt {
        parse_quote! {
            #[allow(clippy::shadow_same)]
            let #mutable #name = #name;
        }
    });
    let locals = locals.collect();
    scope::prepend(block, locals);
}

/// Does the same as [`rebind_mutable`] for a body that captures by `move`, and makes it capture the other parameters
/// that it uses as a whole, the last one first, which is the order in which it drops them.
///
/// Otherwise the body would copy fields that are `Copy`, and change the copies, while the destructor sees the
/// originals.
///
/// Returns `true` if lints would misunderstand assignments to the captured parameters.
pub(crate) fn capture_whole(signature: &mut Signature, block: &mut Block) -> bool {
    rebind_mutable(signature, block);
    let mut names = Names::default();
    for input in &signature.inputs {
        match input {
            FnArg::Receiver(receiver) if receiver.reference.is_none() => {
                names.push(
                    receiver.self_token.to_token_stream(),
                    receiver.mutability.is_some(),
                );
            }
            FnArg::Typed(parameter) if !drops_nothing(&parameter.ty) => {
                names.visit_pat(&parameter.pat);
            }
            FnArg::Receiver(_) | FnArg::Typed(_) => {}
        }
    }
    let mutable: Vec<String> = names.mutable.iter().map(ToString::to_string).collect();
    let misleads_lints = !mutable.is_empty()
        && (body::most_assignments_to_one_place(block) > 0
            || body::assigns_to_any(block, &mutable));
    // Lints report a parameter that is not mentioned as unused, unless its name begins with `_`.
    let is_used = |name: &TokenStream| {
        let name = name.to_string();
        name.starts_with('_') || mentions(block.to_token_stream(), &name)
    };
    let captured = names.all.iter().rev().filter(|name| is_used(name));
    let captured = captured.map(|name| {
        let silence = name.to_string().starts_with('_');
        let silence = silence.then(|| quote!(#[allow(clippy::used_underscore_binding)]));
        parse_quote!(#silence let _ = &#name;)
    });
    let captured = captured.collect();
    scope::prepend(block, captured);
    misleads_lints
}

/// The names that patterns bind, except those bound by reference.
#[derive(Default)]
struct Names {
    all: Vec<TokenStream>,
    mutable: Vec<TokenStream>,
}

impl Names {
    fn push(&mut self, name: TokenStream, is_mutable: bool) {
        if is_mutable {
            self.mutable.push(name.clone());
        }
        self.all.push(name);
    }
}

impl Visit<'_> for Names {
    fn visit_pat_ident(&mut self, name: &PatIdent) {
        if name.by_ref.is_none() {
            self.push(name.ident.to_token_stream(), name.mutability.is_some());
        }
        visit::visit_pat_ident(self, name);
    }
}

/// Returns `true` if dropping a value of the type does nothing, by the spelling of the type.
fn drops_nothing(of: &Type) -> bool {
    match of {
        Type::Group(group) => drops_nothing(&group.elem),
        Type::Paren(paren) => drops_nothing(&paren.elem),
        Type::Array(array) => drops_nothing(&array.elem),
        Type::Tuple(tuple) => tuple.elems.iter().all(drops_nothing),
        _ => is_number_or_reference(of),
    }
}

/// Returns `true` if a value of the type is a number, a `bool`, a `char`, a reference or a pointer, by the
/// spelling of the type.
fn is_number_or_reference(of: &Type) -> bool {
    const NUMBERS: &[&str] = &[
        "bool", "char", "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64",
        "i128", "isize", "f32", "f64",
    ];
    match of {
        Type::Reference(_) | Type::Ptr(_) | Type::BareFn(_) => true,
        Type::Group(group) => is_number_or_reference(&group.elem),
        Type::Paren(paren) => is_number_or_reference(&paren.elem),
        Type::Path(TypePath { qself: None, path }) => {
            NUMBERS.iter().any(|word| path.is_ident(word))
        }
        _ => false,
    }
}

fn mentions(tokens: TokenStream, name: &str) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        // A format string may mention the name in braces.
        TokenTree::Literal(literal) => {
            let text = literal.to_string();
            [format!("{{{name}}}"), format!("{{{name}:")]
                .iter()
                .any(|it| text.contains(it))
        }
        TokenTree::Punct(_) => false,
    })
}
