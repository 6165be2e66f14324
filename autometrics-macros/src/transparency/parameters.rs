//! What a closure or an async block around the body does to the parameters.
//!
//! They are dropped as they would be in the function: the last first, each as a whole, and
//! none is stored twice.

use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens as _, quote};
use syn::{
    Block, FnArg, Pat, PatIdent, Signature, Stmt, Type, TypePath, parse_quote,
    visit::{self, Visit},
};

use crate::{plan::body, scope};

/// Makes locals of parameters that are `mut`, if it does not matter when they are dropped,
/// nor that they are stored twice.
///
/// Assigning to what a closure captured is not what lints know as assigning to
/// a variable: they would say nothing, or something else.
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

/// The same for a body that moves what it captures. It captures the other parameters as a
/// whole, the last first: that is the order in which it drops them.
///
/// It would copy fields that can be copied, change the copies, and leave the
/// originals to the destructor.
///
/// Returns whether lints would misunderstand what is assigned to those.
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
    // What is not mentioned is told of as unused, unless its name says that it may be.
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

/// The names of patterns, apart from those that are references.
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

/// Returns whether dropping a value of the type does nothing, by its spelling.
fn drops_nothing(of: &Type) -> bool {
    match of {
        Type::Group(group) => drops_nothing(&group.elem),
        Type::Paren(paren) => drops_nothing(&paren.elem),
        Type::Array(array) => drops_nothing(&array.elem),
        Type::Tuple(tuple) => tuple.elems.iter().all(drops_nothing),
        _ => is_number_or_reference(of),
    }
}

/// Returns whether a value of the type is a number or a reference, by its spelling.
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
        // Of a text that is formatted.
        TokenTree::Literal(literal) => {
            let text = literal.to_string();
            [format!("{{{name}}}"), format!("{{{name}:")]
                .iter()
                .any(|it| text.contains(it))
        }
        TokenTree::Punct(_) => false,
    })
}
