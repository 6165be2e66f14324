//! Decides what to do about one function, and whether it can be done.

use proc_macro2::Span;
use syn::{
    Error, Expr, Path, ReturnType, Signature, Type, parse_quote,
    visit_mut::{self, VisitMut},
};

use crate::{
    args::{Args, Verdict},
    scope::Scope,
};

/// Everything that the expansion of one function needs beyond its own tokens.
pub(crate) struct Plan {
    /// The function's name in metrics.
    pub(crate) name: String,
    /// Where compiler messages and `line!()` point.
    pub(crate) span: Span,
    /// The objective that it belongs to.
    pub(crate) objective: Option<Expr>,
    /// Whether calls in flight are counted.
    pub(crate) concurrency: bool,
    /// What the body evaluates to, as it may be written in a closure: with `_`
    /// for `impl Trait`.
    pub(crate) output: Type,
    /// The same as a static beside the function may write it, if it can.
    pub(crate) listed_output: Option<Type>,
    /// What decides, instead of the type, how a value is counted.
    pub(crate) verdict: Option<Verdict>,
    /// Where the face is.
    pub(crate) krate: Path,
    /// How the body is wrapped.
    pub(crate) shape: Shape,
}

/// How a function runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// On the stack, from call to return.
    Sync,
    /// As a future, from the first poll to the last.
    Async,
}

impl Plan {
    /// Plans the function with this signature.
    ///
    /// `own` are its own arguments; those of the `impl` block around it come
    /// second; `owner` is the block's type, and `scope` what is known of it.
    pub(crate) fn new(
        signature: &Signature,
        own: &Args,
        block: Option<&Args>,
        owner: Option<&str>,
        scope: &Scope,
    ) -> syn::Result<Self> {
        check(signature)?;
        let ident = &signature.ident;
        let objective = own.objective.as_ref().or_else(|| block?.objective.as_ref());
        let concurrency = own
            .track_concurrency
            .as_ref()
            .or_else(|| block?.track_concurrency.as_ref());
        Ok(Self {
            name: match (&own.name, owner) {
                (Some(name), _) => name.value(),
                (None, Some(owner)) => format!("{owner}::{}", unraw(ident)),
                (None, None) => unraw(ident),
            },
            span: ident.span(),
            objective: objective.cloned(),
            concurrency: concurrency.is_some(),
            output: output(signature),
            listed_output: scope.output(signature),
            verdict: own.verdict.clone(),
            krate: own
                .krate
                .as_ref()
                .or_else(|| block?.krate.as_ref())
                .map_or_else(|| parse_quote!(::autometrics), Path::clone),
            shape: if signature.asyncness.is_some() {
                Shape::Async
            } else {
                Shape::Sync
            },
        })
    }
}

/// Refuses what no expansion could serve.
fn check(signature: &Signature) -> syn::Result<()> {
    if let Some(keyword) = &signature.constness {
        return Err(Error::new(
            keyword.span,
            "a `const fn` cannot be measured, as it may run while compiling: \
             remove `const`, or leave the function out (`#[skip]` in an `impl` block)",
        ));
    }
    Ok(())
}

fn unraw(ident: &syn::Ident) -> String {
    use syn::ext::IdentExt as _;
    ident.unraw().to_string()
}

/// The return type as a closure may state it.
fn output(signature: &Signature) -> Type {
    let ReturnType::Type(_, output) = &signature.output else {
        return parse_quote!(());
    };
    let mut output = output.as_ref().clone();
    InferImplTrait.visit_type_mut(&mut output);
    output
}

/// Puts `_` where `impl Trait` stands, which only signatures may say.
struct InferImplTrait;

impl VisitMut for InferImplTrait {
    fn visit_type_mut(&mut self, of: &mut Type) {
        if matches!(of, Type::ImplTrait(_)) {
            *of = parse_quote!(_);
            return;
        }
        visit_mut::visit_type_mut(self, of);
    }
}
