//! Writes the expansion of one function.
//!
//! ```text
//! fn load(id: u64) -> Res {
//!     ::autometrics::__private::call::<false, _>(
//!         { static SITE: … ; &SITE },
//!         move || -> Res { body },
//!         |returned| …outcome of the value,
//!     )
//! }
//! ```
//!
//! The body sees no new name: the static lives in a block beside it, paths are
//! absolute, and there is no local before it.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::{Block, Type, parse_quote};

use crate::{
    args::Verdict,
    plan::{Plan, Shape},
};

/// Puts the call around the body of a function.
///
/// Attributes at the start of the body (`#![…]`) are kept with the function's
/// others by syn, and are printed where they were.
pub(crate) fn wrap(plan: &Plan, block: &mut Block) {
    let (private, site, outcome) = (private(plan), callsite(plan), outcome(plan));
    let (output, tracked) = (&plan.output, plan.concurrency);
    let call = match plan.shape {
        Shape::Sync => quote! {
            #private::call::<#tracked, _>(
                #site,
                move || -> #output #block,
                #outcome,
            )
        },
        Shape::Async => {
            let future = future(plan, block);
            let call =
                quote!(#private::instrument::<#tracked, _, _>(#site, #future, #outcome).await);
            if is_never(output) {
                quote!(match #call {})
            } else {
                call
            }
        }
    };
    let body: Block = parse_quote!({ #call });
    // The braces stay the user's own. With the macro's, lints such as
    // `dead_code` would take the whole function for the macro's and keep quiet.
    block.stmts = body.stmts;
}

/// The function's static, and its place in the program's list of functions.
fn callsite(plan: &Plan) -> TokenStream {
    let private = private(plan);
    let Plan {
        name, concurrency, ..
    } = plan;
    let objective = plan.objective.as_ref().map_or_else(
        || quote!(::core::option::Option::None),
        |objective| quote!(::core::option::Option::Some(#objective)),
    );
    let asynchronous = plan.shape == Shape::Async;
    let kinds = kinds(plan);
    // With the span of the function's name these two say where it is; with the
    // macro's own they would say where the attribute is.
    let place = quote_spanned!(plan.span=> file: ::core::file!(), line: ::core::line!());
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
            kinds: #kinds,
        });
        #[#private::linkme::distributed_slice(#private::CALLSITES)]
        #[linkme(crate = #private::linkme)]
        static __AUTOMETRICS_LISTED: &#private::Callsite = &__AUTOMETRICS_SITE;
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

/// How the returned value is counted: as its type says, not its spelling, and
/// as a test in the arguments says.
fn outcome(plan: &Plan) -> TokenStream {
    let private = private(plan);
    // Not visible to the test, which is the user's.
    let returned = Ident::new("returned", Span::mixed_site());
    let by_type = by_type(plan, &quote!(::core::option::Option::Some(#returned)));
    match &plan.verdict {
        Some(verdict) => {
            let Verdict { test, is_ok, .. } = verdict;
            let judge = if verdict.is_of_value() {
                quote!(judge_value)
            } else {
                quote!(judge)
            };
            quote!(|#returned| #private::#judge(#returned, #test, #is_ok, #by_type))
        }
        // Spares the compiler the search, for what are many functions.
        None if is_unit(&plan.output) => quote!(|_| #private::Verdict::OK),
        None => quote!(|#returned| #by_type),
    }
}

/// What the type of `returned`, which is an `Option` of a reference, says of it.
fn by_type(plan: &Plan, returned: &TokenStream) -> TokenStream {
    let private = private(plan);
    let [value, failure] = ["value", "failure"].map(|name| Ident::new(name, Span::mixed_site()));
    quote!({
        use #private::{Otherwise as _, Ready as _, Unlabelled as _};
        let (#value, #failure) = #private::Returned(#returned).split();
        #value.say().or(#failure.say())
    })
}

/// How to learn, before the first call, which kinds of errors there may be.
fn kinds(plan: &Plan) -> TokenStream {
    let Some(output) = &plan.listed_output else {
        return quote!(::core::option::Option::None);
    };
    let by_type = by_type(plan, &quote!(::core::option::Option::None::<&#output>));
    quote!(::core::option::Option::Some(|| #by_type))
}

fn is_unit(output: &Type) -> bool {
    matches!(output, Type::Tuple(tuple) if tuple.elems.is_empty())
}

/// Where the expansion finds what it calls.
fn private(plan: &Plan) -> TokenStream {
    let krate = &plan.krate;
    quote!(#krate::__private)
}

/// The body as a future.
fn future(plan: &Plan, block: &Block) -> TokenStream {
    let statements = &block.stmts;
    if is_never(&plan.output) {
        // `!` is no type that a future may have; an empty one is its stand-in.
        let never = Ident::new("never", Span::mixed_site());
        return quote! {
            async move {
                #[allow(unreachable_code, clippy::diverging_sub_expression)]
                {
                    let #never: ::core::convert::Infallible = { #(#statements)* };
                    #never
                }
            }
        };
    }
    let typed = typed(plan);
    quote!(async move { #typed #(#statements)* })
}

fn is_never(output: &Type) -> bool {
    matches!(output, Type::Never(_))
}

/// Tells the compiler what an async block evaluates to, which has no place of
/// its own to say it: a return that is never reached.
fn typed(plan: &Plan) -> TokenStream {
    let output = &plan.output;
    let value = Ident::new("value", Span::mixed_site());
    quote! {
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
