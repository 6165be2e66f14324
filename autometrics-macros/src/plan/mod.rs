//! The second stage: decides how one function is instrumented, and checks that it can be.

pub(crate) mod body;
mod calls;
pub(crate) mod exits;
pub(crate) mod owner;
pub(crate) mod return_type;

use proc_macro2::{Span, TokenStream};
use quote::{format_ident, quote};
use syn::{
    Attribute, Block, Error, Expr, Path, Signature, Type, parse_quote, parse_quote_spanned,
    spanned::Spanned as _,
};

use self::{
    owner::Owner,
    return_type::{FutureForm, ReturnedFuture},
};
use crate::parse::{
    args::{Args, OutcomeTest},
    dialect::Dialect,
    events::EventsArgs,
    span::SpanArgs,
};

/// Everything that the expansion of one function needs, besides the function's own tokens.
pub(crate) struct Plan {
    /// The function's name in metrics.
    pub(crate) name: String,
    /// The place of the function's name, to which compiler messages and `line!()` point.
    pub(crate) name_span: Span,
    /// The objectives that the function belongs to.
    pub(crate) objectives: Vec<Expr>,
    /// Set if calls in flight are counted.
    pub(crate) concurrency: bool,
    /// Set if a call is a future, which may be dropped before it is done.
    pub(crate) asynchronous: bool,
    /// The type that a call evaluates to, in a form that is allowed in a body.
    pub(crate) output: Type,
    /// The return type, in the same form: `output`, or a future of it.
    pub(crate) return_type: Type,
    /// The place of the return type.
    pub(crate) return_type_span: Span,
    /// The variant of `Returns` for `output`, by its spelling.
    pub(crate) returns_variant: &'static str,
    /// The functions that the body calls, as written, one per line.
    pub(crate) calls: String,
    /// The source of the classification of that value.
    pub(crate) classifier: Classifier,
    /// The span around the call.
    pub(crate) tracing_span: Option<SpanArgs>,
    /// The calls that are recorded one by one.
    pub(crate) events: Option<EventsArgs>,
    /// The path of crate `autometrics`.
    pub(crate) krate: Path,
    /// The code around the body.
    pub(crate) shape: Shape,
}

/// The source of a value's classification as ok or error.
#[derive(Clone)]
pub(crate) enum Classifier {
    /// No source: every value is ok.
    AlwaysOk,
    /// The value's type.
    ByType,
    /// The user's test.
    ByTest(Box<OutcomeTest>),
}

/// The code around the body of a function.
///
/// The first shape that is sufficient is used, because a body should change as little as possible.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The body stays in the function, and a guard in front of it ends the call.
    Unchanged,
    /// The body stays in the function, and each value that it returns is classified where it is returned. Used
    /// with `#[track_caller]`, because a closure does not pass the caller's location on.
    EachReturn,
    /// The body is a closure, so that all its values are returned at one place.
    Closure,
    /// The body is a future.
    Async,
    /// The body returns a future.
    Future(FutureForm),
}

/// One function, as written.
pub(crate) struct Function<'a> {
    pub(crate) attributes: &'a [Attribute],
    pub(crate) signature: &'a Signature,
    pub(crate) body: &'a Block,
}

impl Plan {
    /// Returns the path of the module with the items that the expansion uses. Its name ends with
    /// the patch version, so that macros of another version than the facade's fail to compile.
    pub(crate) fn private(&self) -> TokenStream {
        let krate = &self.krate;
        let module = format_ident!("__private{}", env!("CARGO_PKG_VERSION_PATCH"));
        quote!(#krate::#module)
    }

    /// Plans `function`.
    ///
    /// `args` are its own arguments, with defaults from the block around it. `owner` is the type or trait that the
    /// method belongs to.
    ///
    /// # Errors
    ///
    /// If the function cannot be instrumented, or an objective names a `Self` that has no name outside of its block.
    pub(crate) fn new(
        function: &Function<'_>,
        args: &Args,
        owner: Option<&Owner>,
    ) -> syn::Result<Self> {
        check(function, args.dialect)?;
        let signature = function.signature;
        let ident = &signature.ident;
        let objectives = args.objectives.iter().flatten().cloned();
        let objectives = objectives.map(|objective| match args.dialect {
            Dialect::Current => objective,
            // If the objective is not one of 3.0, the compiler reports it at this place.
            Dialect::Autometrics3 => {
                parse_quote_spanned!(objective.span()=> #objective.into_objective())
            }
        });
        let (shape, output, classifier) = shape(function, args);
        Ok(Self {
            name: match (&args.name, &args.struct_name, owner) {
                (Some(name), ..) => name.value(),
                (None, Some(owner), _) => format!("{}::{}", owner.value(), unraw(ident)),
                (None, None, Some(owner)) => format!("{}::{}", owner.name, unraw(ident)),
                (None, None, None) => unraw(ident),
            },
            name_span: ident.span(),
            objectives: objectives
                .map(|objective| owner::without_self(objective, owner))
                .collect::<syn::Result<_>>()?,
            concurrency: args.track_concurrency.is_some(),
            asynchronous: signature.asyncness.is_some() || matches!(shape, Shape::Future(_)),
            output: return_type::in_body(&output),
            return_type: return_type::in_body(&return_type::of(&signature.output)),
            return_type_span: return_type::span(&signature.output, ident),
            returns_variant: returns_variant(&output, args),
            calls: calls::called_names(function.body),
            classifier,
            tracing_span: args.span.clone(),
            events: args.events.clone(),
            krate: args
                .krate
                .clone()
                .unwrap_or_else(|| parse_quote!(::autometrics)),
            shape,
        })
    }
}

/// Returns the variant of `Returns` in the function's record.
fn returns_variant(output: &Type, args: &Args) -> &'static str {
    match return_type::record_variant(output) {
        "Other" | "Option" if args.outcome_test.is_some() => "Classified",
        spelling => spelling,
    }
}

/// Returns the code around the body, the type that a call evaluates to, and the source of its classification.
fn shape(function: &Function<'_>, args: &Args) -> (Shape, Type, Classifier) {
    let output = return_type::of(&function.signature.output);
    let is_recorded = args.span.as_ref().is_some_and(SpanArgs::records_value);
    let classify = |output: &Type| match &args.outcome_test {
        Some(test) => Classifier::ByTest(Box::new(test.clone())),
        None if return_type::is_never_an_error(output) && !is_recorded => Classifier::AlwaysOk,
        None => Classifier::ByType,
    };
    let classifier = classify(&output);
    if let Some(future) = future(function, &output) {
        let classifier = classify(&future.output);
        return (Shape::Future(future.form), future.output, classifier);
    }
    let shape = if function.signature.asyncness.is_some() && body::may_suspend(function.body) {
        Shape::Async
    } else if matches!(classifier, Classifier::AlwaysOk) {
        Shape::Unchanged
    } else if is_caller_tracked(function.attributes) {
        Shape::EachReturn
    } else {
        Shape::Closure
    };
    (shape, output, classifier)
}

/// Returns the future that a function returns, if its call ends when that future is done.
fn future(function: &Function<'_>, output: &Type) -> Option<ReturnedFuture> {
    if function.signature.asyncness.is_some() {
        return None;
    }
    let future = return_type::future(output)?;
    let can_be_wrapped = match future.form {
        FutureForm::Opaque | FutureForm::Boxed => true,
        // The name does not show whether the type is a boxed future; the body does.
        FutureForm::Named => {
            !body::may_return_early(function.body) && exits::ends_with_boxed_block(function.body)
        }
    };
    can_be_wrapped.then_some(future)
}

fn is_caller_tracked(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("track_caller"))
}

/// Refuses functions that cannot be instrumented.
fn check(function: &Function<'_>, dialect: Dialect) -> syn::Result<()> {
    let skip = dialect.skip();
    if let Some(keyword) = &function.signature.constness {
        return Err(Error::new(
            keyword.span,
            format!(
                "a `const fn` cannot be instrumented, because it may run at compile time: \
                 remove `const`, or exclude the function (`#[{skip}]` in an instrumented block)"
            ),
        ));
    }
    if let Some(naked) = function.attributes.iter().find(|it| is_naked(it)) {
        return Err(Error::new_spanned(
            naked,
            format!(
                "a naked function cannot be instrumented, because its body may only be assembly: \
                 exclude it (`#[{skip}]` in an instrumented block)"
            ),
        ));
    }
    Ok(())
}

/// Returns `true` for `#[unsafe(naked)]`.
fn is_naked(attribute: &Attribute) -> bool {
    attribute.path().is_ident("unsafe")
        && attribute
            .parse_args::<Path>()
            .is_ok_and(|path| path.is_ident("naked"))
}

fn unraw(ident: &syn::Ident) -> String {
    use syn::ext::IdentExt as _;
    ident.unraw().to_string()
}
