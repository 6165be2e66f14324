//! Writes the expansion of functions whose calls are futures.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{Block, Expr, ExprAsync, Signature, Stmt, Type, TypeInfer, parse_quote, visit::Visit};

use crate::{
    body, events, exits,
    generate::{callsite, outcome_of_future, private, returning},
    parameters,
    plan::Plan,
    returned::Form,
    scope::{self, hidden, hidden_at},
    span,
};

/// The parts of an expansion that name the types of the signature.
struct Typed {
    /// The call of a future, before there is one.
    call: TokenStream,
    /// The statement that declares [`never_returned`].
    value: TokenStream,
}

impl Typed {
    /// Spelled out, where the types mean what they mean in the signature.
    fn here(plan: &Plan) -> Self {
        let (output, value) = (&plan.output, never_returned(plan));
        Self {
            call: call(plan),
            value: quote!(let #value: #output = loop {};),
        }
    }

    /// Locals that are made before a body in which the types may mean something else.
    fn outside(plan: &Plan) -> (Vec<Stmt>, Self) {
        let (private, value, of_call) = (private(plan), never_returned(plan), call(plan));
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

/// An `async fn`: its body is one future more, which is measured.
pub(crate) fn of_async(plan: &Plan, signature: &mut Signature, block: &mut Block) {
    let misunderstood = parameters::own(signature, block);
    let open = block.brace_token.span.open();
    let typed = Typed::here(plan);
    let capture = Capture {
        begin: quote_spanned!(open=> async move),
        moves: true,
    };
    let statements = awaited(plan, &typed, block, &capture);
    block.stmts = silenced(misunderstood, statements);
}

/// A function that returns a future: the call is the future's, not its own.
pub(crate) fn returned(plan: &Plan, form: Form, signature: &mut Signature, block: &mut Block) {
    if !body::may_return_early(block) {
        let (locals, typed) = if body::may_have_items(&block.stmts) {
            Typed::outside(plan)
        } else {
            (Vec::new(), Typed::here(plan))
        };
        if let Some(value) = exits::end(block) {
            wrap_future(plan, form, &typed, value);
            scope::begin(block, locals);
            return;
        }
    }
    let misunderstood = parameters::own(signature, block);
    let private = private(plan);
    let open = block.brace_token.span.open();
    let output = match form {
        Form::Opaque => quote!(_),
        Form::Boxed | Form::Named => {
            let output = &plan.returned;
            quote!(#output)
        }
    };
    let body = quote_spanned!(open=> move || -> #output #block);
    let mut value = parse_quote!(#private::once(#body)());
    wrap_future(plan, form, &Typed::here(plan), &mut value);
    block.stmts = silenced(
        misunderstood,
        returning(&value.into_token_stream(), Span::call_site()),
    );
}

/// The statement, without what lints say of assignments to captured fields.
fn silenced(misunderstood: bool, statement: Vec<Stmt>) -> Vec<Stmt> {
    if !misunderstood {
        return statement;
    }
    parse_quote!(#[allow(unused_assignments)] #(#statement)*)
}

/// Puts the call into the async block that `value` is or boxes, else around it.
fn wrap_future(plan: &Plan, form: Form, typed: &Typed, value: &mut Expr) {
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
    let private = private(plan);
    let around = |future: &TokenStream| span::around(plan, instrument(plan, &typed.call, future));
    let pin = quote!(#private::Box::pin);
    *value = match form {
        Form::Opaque => {
            let call = around(&value.to_token_stream());
            parse_quote!(#call)
        }
        Form::Boxed | Form::Named if exits::is_box_pin(value) => {
            let call = around(&exits::unboxed(value).to_token_stream());
            parse_quote!(#pin(#call))
        }
        // Futures of different types become one where the return type makes them one.
        Form::Boxed | Form::Named => {
            let future = hidden("future");
            let call = around(&future.to_token_stream());
            parse_quote!(#private::map_same_type(#value, |#future| #pin(#call)))
        }
    };
}

/// The call of a future, before there is one: its place, and what its value counts as.
///
/// It is no part of the body, so that the types in it are those of the signature.
fn call(plan: &Plan) -> TokenStream {
    let (private, site, outcome) = (private(plan), callsite(plan), outcome_of_future(plan));
    let (tracked, output) = (plan.concurrency, &plan.output);
    let output = if is_never(output) {
        quote!(_)
    } else {
        quote!(#output)
    };
    let Some(events) = &plan.events else {
        return quote!(#private::call_of::<#tracked, #output, _>(#site, #outcome));
    };
    let returned = hidden("returned");
    let fields = events::fields_of(plan, events);
    let error = events::tell(plan, Some(&returned), &returned.to_token_stream());
    quote! {
        #private::event_call_of::<#tracked, #output, _, _, _>(#site, #fields, #outcome, #error)
    }
}

/// `instrument(call, future)`
fn instrument(plan: &Plan, call: &TokenStream, future: &TokenStream) -> TokenStream {
    let private = private(plan);
    if is_opaque(&plan.output) {
        return opaque(
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

/// The call of a future where the return type has an `impl Trait`: what is judged has the type
/// that the future says, so the future comes before it. `names` are those of the function
/// without and with events, each with how many types it infers.
fn opaque(plan: &Plan, names: [(&str, usize); 2], future: &TokenStream) -> TokenStream {
    let (private, site, outcome) = (private(plan), callsite(plan), outcome_of_future(plan));
    let (name, types) = names[usize::from(plan.events.is_some())];
    let (name, types) = (Ident::new(name, Span::call_site()), vec![quote!(_); types]);
    let tracked = plan.concurrency;
    let function = quote!(#private::#name::<#tracked, #(#types),*>);
    let Some(events) = &plan.events else {
        return quote!(#function(#site, #future, #outcome));
    };
    let returned = hidden("returned");
    let fields = events::fields_of(plan, events);
    let error = events::tell(plan, Some(&returned), &returned.to_token_stream());
    quote!(#function(#site, #fields, #future, #outcome, #error))
}

/// Returns whether the type has a part that is to be inferred, which stands for `impl Trait`.
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

/// Returns what the block evaluates to, which becomes the future of a call; `capture` is
/// whether it takes what it names.
fn awaited(plan: &Plan, typed: &Typed, block: &mut Block, capture: &Capture) -> Vec<Stmt> {
    let (private, call) = (private(plan), &typed.call);
    let future = future(plan, block, typed, &capture.begin);
    // Of a loop without an end in a closure lints would say more.
    let call = if capture.moves && !is_never(&plan.output) {
        // A `return`, as lints that ask for one ask us too.
        let make = quote!(move || { return #future; });
        let unmade = if is_opaque(&plan.output) {
            opaque(plan, [("defer_opaque", 4), ("defer_with_events", 6)], &make)
        } else {
            quote!(#private::defer(#call, #make))
        };
        if plan.traced.is_some() {
            quote!(::core::future::IntoFuture::into_future(#unmade))
        } else {
            unmade
        }
    } else {
        instrument(plan, call, &future)
    };
    let call = span::around(plan, call);
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

/// The block as a future; `begin` is `async` or `async move`.
fn future(plan: &Plan, block: &mut Block, typed: &Typed, begin: &TokenStream) -> TokenStream {
    if is_never(&plan.output) {
        // `!` is no type that a future may have; an empty one is its stand-in.
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
    scope::begin(block, returns(plan, &typed.value));
    quote!(#begin #block)
}

fn is_never(output: &Type) -> bool {
    matches!(output, Type::Never(_))
}

/// Tells the compiler what an async block evaluates to, which has no place of
/// its own to say it: a return of what `declared` declares, which is never reached.
fn returns(plan: &Plan, declared: &TokenStream) -> Vec<Stmt> {
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

/// The value that is never returned.
///
/// Returns the name of a value at the place of the return type: the compiler points there when a
/// value of another type is returned.
fn never_returned(plan: &Plan) -> Ident {
    hidden_at("value", plan.output_span)
}
