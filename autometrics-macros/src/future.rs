//! Writes the expansion of functions whose calls are futures.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{Block, Expr, ExprAsync, Signature, Stmt, Type, parse_quote};

use crate::{
    body, events, exits,
    generate::{callsite, hidden, insert, outcome, private, returning},
    parameters,
    plan::Plan,
    returned::Form,
    span,
};

/// An `async fn`: its body is one future more, which is measured.
pub(crate) fn of_async(plan: &Plan, signature: &mut Signature, block: &mut Block) {
    let misunderstood = parameters::own(signature, block);
    let open = block.brace_token.span.open();
    let future = future(plan, block, &quote_spanned!(open=> async move));
    block.stmts = silenced(misunderstood, awaited(plan, &future));
}

/// A function that returns a future: the call is the future's, not its own.
pub(crate) fn returned(plan: &Plan, form: Form, signature: &mut Signature, block: &mut Block) {
    if !body::may_return_early(block) {
        if let Some(value) = exits::end(block) {
            return wrap_future(plan, form, value);
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
    wrap_future(plan, form, &mut value);
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
fn wrap_future(plan: &Plan, form: Form, value: &mut Expr) {
    if let Expr::Async(block) = exits::unboxed(value) {
        let ExprAsync {
            async_token,
            capture,
            ..
        } = &*block;
        let future = future(plan, &block.block, &quote!(#async_token #capture));
        block.block.stmts = awaited(plan, &future);
        return;
    }
    let call = span::around(plan, instrument(plan, &value.to_token_stream()));
    *value = match form {
        Form::Opaque => parse_quote!(#call),
        Form::Boxed | Form::Named => parse_quote!(::std::boxed::Box::pin(#call)),
    };
}

/// `instrument::<…>(site, future, outcome)`.
fn instrument(plan: &Plan, future: &TokenStream) -> TokenStream {
    let (private, site, outcome) = (private(plan), callsite(plan), outcome(plan));
    let (tracked, output) = (plan.concurrency, &plan.output);
    let output = if is_never(output) {
        quote!(_)
    } else {
        quote!(#output)
    };
    let Some(events) = &plan.events else {
        return quote!(#private::instrument::<#tracked, _, _, #output>(#site, #future, #outcome));
    };
    let returned = hidden("returned");
    let fields = events::fields_of(plan, events);
    let error = events::tell(plan, Some(&returned), &returned.to_token_stream());
    quote! {
        #private::watch_future::<#tracked, _, _, _, _, #output>(
            #site,
            #fields,
            #future,
            #outcome,
            #error,
        )
    }
}

fn awaited(plan: &Plan, future: &TokenStream) -> Vec<Stmt> {
    let call = span::around(plan, instrument(plan, future));
    if is_never(&plan.output) {
        parse_quote!(match #call.await {})
    } else {
        returning(&quote!(#call.await), Span::call_site())
    }
}

/// The block as a future; `begin` is `async` or `async move`.
fn future(plan: &Plan, block: &Block, begin: &TokenStream) -> TokenStream {
    let statements = &block.stmts;
    let body = if is_never(&plan.output) {
        // `!` is no type that a future may have; an empty one is its stand-in.
        let never = hidden("never");
        quote!({
            #[allow(unreachable_code, clippy::diverging_sub_expression)]
            {
                let #never: ::core::convert::Infallible = { #(#statements)* };
                #never
            }
        })
    } else {
        let typed = typed(plan);
        let mut body = block.clone();
        insert(&mut body, [typed]);
        quote!(#body)
    };
    quote!(#begin #body)
}

fn is_never(output: &Type) -> bool {
    matches!(output, Type::Never(_))
}

/// Tells the compiler what an async block evaluates to, which has no place of
/// its own to say it: a return that is never reached.
fn typed(plan: &Plan) -> Stmt {
    let output = &plan.output;
    // Where a value of another type is returned, the compiler says that this is
    // where it learned the type: let that be the return type.
    let value = Ident::new("value", Span::mixed_site().located_at(plan.output_span));
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
            let #value: #output = loop {};
            return #value;
        }
    }
}
