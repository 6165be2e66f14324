//! Writes the expansion of one function.
//!
//! ```text
//! fn load(id: u64) -> Res {
//!     return ::autometrics::__private::call::<false, _>(
//!         { static SITE: … ; &SITE },
//!         || -> Res { body },
//!         |returned| …outcome of the value,
//!     );
//! }
//! ```
//!
//! The body sees no new name: the static lives in a block beside it, paths are
//! absolute, and the only local before it is invisible to it. What wraps the
//! body has the body's own span, so that lints take it for the user's: they
//! then say about the body what they always did.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{
    Block, Expr, ExprAsync, FnArg, Pat, PatIdent, Signature, Stmt, Type, parse_quote,
    spanned::Spanned as _,
};

use crate::{
    args::Verdict,
    body, edition, exits,
    plan::{Judge, Plan, Shape},
    returned::Form,
};

/// Puts the call around the body of a function.
///
/// Attributes at the start of the body (`#![…]`) are kept with the function's
/// others by syn, and are printed where they were.
pub(crate) fn wrap(plan: &Plan, signature: &mut Signature, block: &mut Block) {
    if matches!(plan.shape, Shape::Closure | Shape::Async) {
        rebind_mutable(signature, block);
    }
    match plan.shape {
        Shape::Whole => enter(plan, block),
        Shape::Exits => {
            let entered = hidden("entered");
            let (output, outcome) = (&plan.output, outcome(plan));
            exits::change(block, |value| {
                *value = parse_quote!(#entered.judge::<#output>(#value, #outcome));
            });
            if let Some(value) = exits::end(block) {
                let value = value.to_token_stream();
                block.stmts.pop();
                block.stmts.extend(returning(&value, Span::call_site()));
            }
            enter(plan, block);
        }
        Shape::Closure => {
            // Where the compiler says that what is returned does not fit, it
            // means the body.
            let at = Span::call_site().located_at(value_span(block));
            let body = closure(plan, block);
            let call = call(plan, "call", &body, at);
            block.stmts = returning(&call, at);
        }
        Shape::Async => {
            let open = block.brace_token.span.open();
            let future = future(plan, block, &quote_spanned!(open=> async move));
            block.stmts = awaited(plan, &future);
        }
        Shape::Future(form) => returned_future(plan, form, block),
    }
}

/// Makes locals of parameters that are `mut`.
///
/// Assigning to what a closure captured is not what lints know as assigning to
/// a variable: they would say nothing, or something else.
fn rebind_mutable(signature: &mut Signature, block: &mut Block) {
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
    block.stmts.splice(0..0, locals.collect::<Vec<_>>());
}

/// The body stays, after a local whose end is the call's.
fn enter(plan: &Plan, block: &mut Block) {
    let (private, site, tracked) = (private(plan), callsite(plan), plan.concurrency);
    let entered = hidden("entered");
    // What `?` and macros return is not seen; `?` returns errors.
    let unless_judged = match plan.shape {
        Shape::Exits => quote!(Error),
        _ => quote!(Ok),
    };
    // Items at the start stay there, or they would stand after a statement.
    let items = block
        .stmts
        .iter()
        .take_while(|stmt| matches!(stmt, Stmt::Item(_)));
    block.stmts.insert(
        items.count(),
        parse_quote! {
            let #entered = #private::enter::<#tracked>(#site, #private::Kind::#unless_judged);
        },
    );
}

/// The body as a closure.
///
/// It borrows what the body borrows, so that lints see what happens to the
/// parameters; before Rust 2021 that would borrow too much.
fn closure(plan: &Plan, block: &Block) -> TokenStream {
    let output = &plan.output;
    let capture = edition::captures_disjointly().then(TokenStream::new);
    let capture = capture.unwrap_or_else(|| quote!(move));
    quote_spanned!(block.brace_token.span.open()=> #capture || -> #output #block)
}

/// `function::<…>(site, body, outcome)`.
fn call(plan: &Plan, function: &str, body: &TokenStream, at: Span) -> TokenStream {
    let (private, site, outcome) = (located(private(plan), at), callsite(plan), outcome(plan));
    let function = Ident::new(function, at);
    let tracked = plan.concurrency;
    quote_spanned!(at=> #private::#function::<#tracked, _, _, _>(#site, #body, #outcome))
}

/// Where a body says what it evaluates to.
fn value_span(block: &Block) -> Span {
    match block.stmts.last() {
        Some(Stmt::Expr(value, _)) => value.span(),
        _ => block.brace_token.span.close(),
    }
}

/// The end of a body. A `return`, as lints that ask for one ask us too.
fn returning(value: &TokenStream, at: Span) -> Vec<Stmt> {
    let returning = quote_spanned!(at=> return #value;);
    // Of the closure; about the function, it was said already.
    parse_quote! {
        #[allow(clippy::result_large_err)]
        #returning
    }
}

fn awaited(plan: &Plan, future: &TokenStream) -> Vec<Stmt> {
    let call = call(plan, "instrument", future, Span::call_site());
    if is_never(&plan.output) {
        parse_quote!(match #call.await {})
    } else {
        returning(&quote!(#call.await), Span::call_site())
    }
}

/// A function that returns a future: the call is the future's, not its own.
fn returned_future(plan: &Plan, form: Form, block: &mut Block) {
    if !body::may_return_early(block) {
        if let Some(value) = exits::end(block) {
            return wrap_future(plan, form, value);
        }
    }
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
    let mut value = parse_quote!(#private::evaluate(#body));
    wrap_future(plan, form, &mut value);
    block.stmts = returning(&value.into_token_stream(), Span::call_site());
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
    let call = call(
        plan,
        "instrument",
        &value.to_token_stream(),
        Span::call_site(),
    );
    *value = match form {
        Form::Opaque => parse_quote!(#call),
        Form::Boxed | Form::Named => parse_quote!(::std::boxed::Box::pin(#call)),
    };
}

/// The function's static, and its place in the program's list of functions.
fn callsite(plan: &Plan) -> TokenStream {
    let private = private(plan);
    let Plan {
        name,
        concurrency,
        asynchronous,
        ..
    } = plan;
    let objective = plan.objective.as_ref().map_or_else(
        || quote!(::core::option::Option::None),
        |objective| quote!(::core::option::Option::Some(#objective)),
    );
    // With the span of the function's name these two say where it is; with the
    // macro's own they would say where the attribute is.
    let place = if edition::has_crate_paths() {
        quote_spanned!(plan.span=> file: ::core::file!(), line: ::core::line!())
    } else {
        quote_spanned!(plan.span=> file: file!(), line: line!())
    };
    let package = package(&private);
    quote!({
        static __AUTOMETRICS_SITE: #private::Callsite = #private::Callsite::new(#private::About {
            function: #name,
            module: ::core::module_path!(),
            #place,
            package: #package,
            objective: #objective,
            concurrency: #concurrency,
            asynchronous: #asynchronous,
        });
        #private::listed!(__AUTOMETRICS_SITE);
        &__AUTOMETRICS_SITE
    })
}

/// What cargo says of the package that is being compiled; nothing without cargo.
fn package(private: &TokenStream) -> TokenStream {
    let variable = |name| std::env::var(name).unwrap_or_default();
    let (name, version) = (variable("CARGO_PKG_NAME"), variable("CARGO_PKG_VERSION"));
    let binary = std::env::var_os("CARGO_BIN_NAME").is_some();
    quote! {
        #private::Package { name: #name, version: #version, binary: #binary }
    }
}

/// How the returned value is counted: as the arguments say, else as its type
/// says, not its spelling.
fn outcome(plan: &Plan) -> TokenStream {
    let private = private(plan);
    // Not visible to the test, which is the user's.
    let returned = hidden("returned");
    match &plan.verdict {
        Judge::Nobody => quote!(#private::always_ok),
        Judge::Test(Verdict { test, is_ok, .. }) => {
            quote!(|#returned| #private::judge(#returned, #test, #is_ok))
        }
        Judge::Type => quote! {
            |#returned| {
                use #private::Otherwise as _;
                #private::Returned(#returned).outcome()
            }
        },
    }
}

/// Where the expansion finds what it calls.
fn private(plan: &Plan) -> TokenStream {
    let krate = &plan.krate;
    quote!(#krate::__private)
}

/// The same tokens, with messages about them pointing elsewhere.
fn located(tokens: TokenStream, at: Span) -> TokenStream {
    let locate = |mut token: TokenTree| {
        token.set_span(token.span().located_at(at));
        token
    };
    tokens.into_iter().map(locate).collect()
}

/// A local that the user's code does not see.
fn hidden(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
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
        body.stmts.insert(0, typed);
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
            clippy::unreachable,
        )]
        if false {
            let #value: #output = loop {};
            return #value;
        }
    }
}
