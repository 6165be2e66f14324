//! Decides what to do about one function, and whether it can be done.

pub(crate) mod body;
mod calls;
pub(crate) mod exits;
pub(crate) mod owner;
pub(crate) mod return_type;

use proc_macro2::Span;
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

/// Everything that the expansion of one function needs beyond its own tokens.
pub(crate) struct Plan {
    /// The function's name in metrics.
    pub(crate) name: String,
    /// Where compiler messages and `line!()` point.
    pub(crate) name_span: Span,
    /// The objectives that it belongs to.
    pub(crate) objectives: Vec<Expr>,
    /// Whether calls in flight are counted.
    pub(crate) concurrency: bool,
    /// Whether a call is a future, which may be dropped before it is done.
    pub(crate) asynchronous: bool,
    /// What a call evaluates to, as it may be written in a body.
    pub(crate) output: Type,
    /// What the function returns: the same, or a future of it.
    pub(crate) return_type: Type,
    /// Where that is written.
    pub(crate) return_type_span: Span,
    /// What that is by its spelling: a variant of `Returns`.
    pub(crate) returns_variant: &'static str,
    /// What the body calls, as written.
    pub(crate) calls: String,
    /// How that value is counted.
    pub(crate) classifier: Classifier,
    /// The span around the call.
    pub(crate) tracing_span: Option<SpanArgs>,
    /// What is kept of calls.
    pub(crate) events: Option<EventsArgs>,
    /// Where the face is.
    pub(crate) krate: Path,
    /// How the body is wrapped.
    pub(crate) shape: Shape,
}

/// What says how a value is counted.
#[derive(Clone)]
pub(crate) enum Classifier {
    /// Nobody: there is nothing that it could be but ok.
    AlwaysOk,
    /// Its type.
    ByType,
    /// The user's test.
    ByTest(Box<OutcomeTest>),
}

/// How a function is wrapped.
///
/// The less is done to a body the better, so the first that will do is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// The body stays where it is, and ends when its function does.
    Unchanged,
    /// The body stays where it is, and says what it returns where it does: with
    /// `#[track_caller]`, as closures have no caller to track.
    EachReturn,
    /// The body is a closure, so that all its values come out at one place.
    Closure,
    /// The body is a future.
    Async,
    /// The body returns a future.
    Future(FutureForm),
}

/// One function, as it was written.
pub(crate) struct Function<'a> {
    pub(crate) attributes: &'a [Attribute],
    pub(crate) signature: &'a Signature,
    pub(crate) body: &'a Block,
}

impl Plan {
    /// Plans `function`.
    ///
    /// `args` are its own arguments and those around it; `owner` is whose
    /// method it is.
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
            // Where it is none of 3.0's, the compiler says so of it.
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
        "Other" | "Option" if args.outcome_test.is_some() => "Judged",
        spelling => spelling,
    }
}

/// How the function is wrapped, what a call of it evaluates to, and who judges that.
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

/// The future that a function returns, if its call goes on until that is done.
fn future(function: &Function<'_>, output: &Type) -> Option<ReturnedFuture> {
    if function.signature.asyncness.is_some() {
        return None;
    }
    let future = return_type::future(output)?;
    let can_be_wrapped = match future.form {
        FutureForm::Opaque | FutureForm::Boxed => true,
        // Only what the type is made of here shows what it is.
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

/// Refuses what no expansion could serve.
fn check(function: &Function<'_>, dialect: Dialect) -> syn::Result<()> {
    let skip = dialect.skip();
    if let Some(keyword) = &function.signature.constness {
        return Err(Error::new(
            keyword.span,
            format!(
                "a `const fn` cannot be measured, as it may run while compiling: \
                 remove `const`, or leave the function out (`#[{skip}]` in a decorated block)"
            ),
        ));
    }
    if let Some(naked) = function.attributes.iter().find(|it| is_naked(it)) {
        return Err(Error::new_spanned(
            naked,
            format!(
                "a naked function is nothing but its instructions, and so cannot be measured: \
                 leave it out (`#[{skip}]` in a decorated block)"
            ),
        ));
    }
    Ok(())
}

/// `#[unsafe(naked)]`
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
