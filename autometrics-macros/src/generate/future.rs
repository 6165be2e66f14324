//! Generates the expansion of functions whose calls are futures.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{Block, Expr, ExprAsync, Signature, Stmt, Type, TypeInfer, parse_quote, visit::Visit};

use super::{callsite::callsite, classify::future_classifier, events, span, tokens::returning};
use crate::{
    plan::{Plan, body, exits, return_type::FutureForm},
    scope::{self, hidden, hidden_at},
    transparency::parameters,
};

/// The parts of an expansion that name types of the signature.
struct TypedParts {
    /// The call of a future, before the future exists.
    call: TokenStream,
    /// The statement that declares [`never_returned`].
    value: TokenStream,
}

impl TypedParts {
    /// Returns the parts with the types written out, for places in which they mean the same as in the signature.
    fn written_out(plan: &Plan) -> Self {
        let (output, value) = (&plan.output, never_returned(plan));
        Self {
            call: call(plan),
            value: quote!(let #value: #output = loop {};),
        }
    }

    /// Returns local variables to be declared in front of a body, and parts that use these variables. The names
    /// of the types may have another meaning in the body.
    fn before_body(plan: &Plan) -> (Vec<Stmt>, Self) {
        let (private, value, of_call) = (plan.private(), never_returned(plan), call(plan));
        let [call, output] = ["call", "output"].map(hidden);
        let mut locals: Vec<Stmt> = if is_opaque(&plan.output) {
            Vec::new()
        } else {
            parse_quote!(let #call = #of_call;)
        };
        if !is_never(&plan.output) {
            let of = &plan.output;
            locals.push(parse_quote!(let #output = #private::Output::<#of>::NEW;));
        }
        let typed = Self {
            call: quote!(#call),
            value: quote!(let #value = #private::Output::never(#output);),
        };
        (locals, typed)
    }
}

/// Instruments an `async fn`: the body becomes another future, which is measured.
pub(crate) fn wrap_async(plan: &Plan, signature: &mut Signature, block: &mut Block) {
    let misleads_lints = parameters::capture_whole(signature, block);
    let open = block.brace_token.span.open();
    let typed = TypedParts::written_out(plan);
    let capture = Capture {
        begin: quote_spanned!(open=> async move),
        moves: true,
    };
    let statements = awaited(plan, &typed, block, &capture);
    block.stmts = allow_unused_assignments(misleads_lints, statements);
}

/// Instruments a function that returns a future: the call lasts as long as the future, not as the function.
pub(crate) fn wrap_returned(
    plan: &Plan,
    form: FutureForm,
    signature: &mut Signature,
    block: &mut Block,
) {
    if !body::may_return_early(block) {
        let (locals, typed) = if body::may_have_items(&block.stmts) {
            TypedParts::before_body(plan)
        } else {
            (Vec::new(), TypedParts::written_out(plan))
        };
        if let Some(value) = exits::final_value(block) {
            wrap_future(plan, form, &typed, value);
            scope::prepend(block, locals);
            return;
        }
    }
    let misleads_lints = parameters::capture_whole(signature, block);
    let private = plan.private();
    let open = block.brace_token.span.open();
    let output = match form {
        FutureForm::Opaque => quote!(_),
        FutureForm::Boxed | FutureForm::Named => {
            let output = &plan.return_type;
            quote!(#output)
        }
    };
    let body = quote_spanned!(open=> move || -> #output #block);
    let mut value = parse_quote!(#private::as_fn_once(#body)());
    wrap_future(plan, form, &TypedParts::written_out(plan), &mut value);
    block.stmts = allow_unused_assignments(
        misleads_lints,
        returning(&value.into_token_stream(), Span::call_site()),
    );
}

/// Returns the statements, with an `allow` if lints would misunderstand assignments to captured fields.
fn allow_unused_assignments(misleads_lints: bool, statement: Vec<Stmt>) -> Vec<Stmt> {
    if !misleads_lints {
        return statement;
    }
    parse_quote!(#[allow(unused_assignments)] #(#statement)*)
}

/// Instruments a future. The call is within `value` if that is an async block or boxes one, otherwise around it.
fn wrap_future(plan: &Plan, form: FutureForm, typed: &TypedParts, value: &mut Expr) {
    if let Expr::Async(block) = exits::unboxed(value) {
        let ExprAsync {
            async_token,
            capture,
            ..
        } = &*block;
        let capture = Capture {
            begin: quote!(#async_token #capture),
            moves: capture.is_some(),
        };
        block.block.stmts = awaited(plan, typed, &mut block.block, &capture);
        return;
    }
    let private = plan.private();
    let around =
        |future: &TokenStream| span::future_in_span(plan, instrument(plan, &typed.call, future));
    let pin = quote!(#private::Box::pin);
    *value = match form {
        FutureForm::Opaque => {
            let call = around(&value.to_token_stream());
            parse_quote!(#call)
        }
        FutureForm::Boxed | FutureForm::Named if exits::is_box_pin(value) => {
            let call = around(&exits::unboxed(value).to_token_stream());
            parse_quote!(#pin(#call))
        }
        // The return type may turn futures of different types into one type, so `rewrap` wraps its value.
        FutureForm::Boxed | FutureForm::Named => {
            let future = hidden("future");
            let call = around(&future.to_token_stream());
            parse_quote!(#private::map_same_type(#value, |#future| #pin(#call)))
        }
    };
}

/// Returns the call of a future, before the future exists: its callsite, and the function that classifies its
/// value.
///
/// The expression is not part of the body, so that types in it mean the same as in the signature.
fn call(plan: &Plan) -> TokenStream {
    let (private, site, classify) = (plan.private(), callsite(plan), future_classifier(plan));
    let (tracked, output) = (plan.concurrency, &plan.output);
    let output = if is_never(output) {
        quote!(_)
    } else {
        quote!(#output)
    };
    let Some(events) = &plan.events else {
        return quote!(#private::call_of::<#tracked, #output, _>(#site, #classify));
    };
    let returned = hidden("returned");
    let fields = events::captured_fields(plan, events);
    let error = events::error_formatter(plan, Some(&returned), &returned.to_token_stream());
    quote! {
        #private::event_call_of::<#tracked, #output, _, _, _>(#site, #fields, #classify, #error)
    }
}

/// Returns the expression `instrument(call, future)`, or its variant for the function's arguments and type.
fn instrument(plan: &Plan, call: &TokenStream, future: &TokenStream) -> TokenStream {
    let private = plan.private();
    if is_opaque(&plan.output) {
        return opaque_call(
            plan,
            [
                ("instrument_opaque", 3),
                ("instrument_opaque_with_events", 5),
            ],
            future,
        );
    }
    if plan.events.is_some() {
        quote!(#private::instrument_with_events(#call, #future))
    } else {
        quote!(#private::instrument(#call, #future))
    }
}

/// Returns the call of a future for a return type with `impl Trait`.
///
/// The future determines the type of the classified value, so it is the argument in front of the classifier.
/// `names` are the names of the function without and with events, each with the number of types that it infers.
fn opaque_call(plan: &Plan, names: [(&str, usize); 2], future: &TokenStream) -> TokenStream {
    let (private, site, classify) = (plan.private(), callsite(plan), future_classifier(plan));
    let (name, types) = names[usize::from(plan.events.is_some())];
    let (name, types) = (Ident::new(name, Span::call_site()), vec![quote!(_); types]);
    let tracked = plan.concurrency;
    let function = quote!(#private::#name::<#tracked, #(#types),*>);
    let Some(events) = &plan.events else {
        return quote!(#function(#site, #future, #classify));
    };
    let returned = hidden("returned");
    let fields = events::captured_fields(plan, events);
    let error = events::error_formatter(plan, Some(&returned), &returned.to_token_stream());
    quote!(#function(#site, #fields, #future, #classify, #error))
}

/// Returns `true` if a part of the type is to be inferred, because it was an `impl Trait`.
fn is_opaque(output: &Type) -> bool {
    struct Search(bool);

    impl Visit<'_> for Search {
        fn visit_type_infer(&mut self, _: &TypeInfer) {
            self.0 = true;
        }
    }

    let mut search = Search(false);
    search.visit_type(output);
    search.0
}

/// Returns the statements that await the block as the future of a call. `capture` is the way in which the block
/// captures variables.
fn awaited(plan: &Plan, typed: &TypedParts, block: &mut Block, capture: &Capture) -> Vec<Stmt> {
    let (private, call) = (plan.private(), &typed.call);
    let future = future(plan, block, typed, &capture.begin);
    // Lints would report more about an endless loop in a closure.
    let call = if capture.moves && !is_never(&plan.output) {
        // A `return`, because a lint that demands one checks generated code, too.
        let make = quote!(move || { return #future; });
        let unmade = if is_opaque(&plan.output) {
            opaque_call(plan, [("defer_opaque", 4), ("defer_with_events", 6)], &make)
        } else {
            quote!(#private::defer(#call, #make))
        };
        if plan.tracing_span.is_some() {
            quote!(::core::future::IntoFuture::into_future(#unmade))
        } else {
            unmade
        }
    } else {
        instrument(plan, call, &future)
    };
    let call = span::future_in_span(plan, call);
    if is_never(&plan.output) {
        parse_quote!(match #call.await {})
    } else {
        returning(&quote!(#call.await), Span::call_site())
    }
}

/// The way in which an async block captures.
struct Capture {
    /// `async` or `async move`
    begin: TokenStream,
    moves: bool,
}

/// Returns the block as a future; `begin` is `async` or `async move`.
fn future(plan: &Plan, block: &mut Block, typed: &TypedParts, begin: &TokenStream) -> TokenStream {
    if is_never(&plan.output) {
        // A future cannot evaluate to `!`, so an empty type replaces it.
        let never = hidden("never");
        let statements = &block.stmts;
        return quote!(#begin {
            #[allow(unreachable_code, clippy::diverging_sub_expression)]
            {
                let #never: ::core::convert::Infallible = { #(#statements)* };
                #never
            }
        });
    }
    scope::prepend(block, declare_output(plan, &typed.value));
    quote!(#begin #block)
}

fn is_never(output: &Type) -> bool {
    matches!(output, Type::Never(_))
}

/// Returns a statement that declares the type that an async block evaluates to, because the block has no syntax
/// for that: a `return`, which is never reached, of the value that the statement `declared` declares.
fn declare_output(plan: &Plan, declared: &TokenStream) -> Vec<Stmt> {
    let value = never_returned(plan);
    parse_quote! {
        #[allow(
            unknown_lints,
            unreachable_code,
            clippy::diverging_sub_expression,
            clippy::empty_loop,
            clippy::let_unit_value,
            clippy::let_with_type_underscore,
            clippy::needless_return,
            clippy::type_complexity,
            clippy::unreachable,
        )]
        if false {
            #declared
            return #value;
        }
    }
}

/// Returns the name of the value that is never returned.
///
/// It has the place of the return type: the compiler points there when a value of another type is
/// returned.
fn never_returned(plan: &Plan) -> Ident {
    hidden_at("value", plan.return_type_span)
}
