//! What a closure or an async block around the body does to the parameters.

use quote::ToTokens as _;
use syn::{
    Block, FnArg, Pat, PatIdent, Signature, Stmt, parse_quote,
    visit::{self, Visit},
};

use crate::{body, scope};

/// Makes locals of parameters that are `mut`.
///
/// Assigning to what a closure captured is not what lints know as assigning to
/// a variable: they would say nothing, or something else.
pub(crate) fn rebind(signature: &mut Signature, block: &mut Block) {
    let parameters = signature.inputs.iter_mut().filter_map(|input| match input {
        FnArg::Typed(parameter) => match parameter.pat.as_mut() {
            Pat::Ident(PatIdent {
                by_ref: None,
                mutability,
                ident,
                subpat: None,
                ..
            }) => Some((mutability.take()?, ident)),
            _ => None,
        },
        FnArg::Receiver(_) => None,
    });
    let locals = parameters.map(|(mutable, name)| -> Stmt {
        parse_quote! {
            #[allow(clippy::shadow_same)]
            let #mutable #name = #name;
        }
    });
    let locals = locals.collect();
    scope::begin(block, locals);
}

/// The same for a body that moves what it captures, and makes it capture the
/// other `mut` parameters as a whole.
///
/// It would copy fields that can be copied, change the copies, and leave the
/// originals to the destructor.
///
/// Returns whether lints would misunderstand what is assigned to those.
pub(crate) fn own(signature: &mut Signature, block: &mut Block) -> bool {
    rebind(signature, block);
    let mut mutable = Mutable(Vec::new());
    for input in &signature.inputs {
        match input {
            FnArg::Receiver(receiver) if receiver.reference.is_none() => {
                if receiver.mutability.is_some() {
                    mutable.0.push(receiver.self_token.to_token_stream());
                }
            }
            FnArg::Receiver(_) => {}
            FnArg::Typed(parameter) => mutable.visit_pat(&parameter.pat),
        }
    }
    let misunderstood = !mutable.0.is_empty() && body::assigns(block) > 0;
    let names = mutable.0.into_iter();
    let names = names.map(|name| parse_quote!(let _ = &#name;));
    scope::begin(block, names.collect());
    misunderstood
}

/// The names of a pattern that may be assigned to.
struct Mutable(Vec<proc_macro2::TokenStream>);

impl Visit<'_> for Mutable {
    fn visit_pat_ident(&mut self, name: &PatIdent) {
        if name.mutability.is_some() && name.by_ref.is_none() {
            self.0.push(name.ident.to_token_stream());
        }
        visit::visit_pat_ident(self, name);
    }
}
