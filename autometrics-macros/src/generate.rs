//! Writes the expansion of one function.
//!
//! ```text
//! fn load(id: u64) -> Res {
//!     let __autometrics_entered =
//!         ::autometrics::__private::enter(callsite! { static SITE: … ; … }, …);
//!     let __autometrics_returned = ::autometrics::__private::once(|| -> Res { body })();
//!     ::autometrics::__private::Entered::set_verdict(
//!         &__autometrics_entered,
//!         …what the value counts as,
//!     );
//!     return __autometrics_returned;
//! }
//! ```
//!
//! The body sees no new name: the statics live in a block beside it, paths are
//! absolute, and the only local before it is invisible to it. What wraps the
//! body has the body's own span, so that lints take it for the user's: they
//! then say about the body what they always did.

use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{Block, Expr, Signature, Stmt, parse_quote, spanned::Spanned as _};

use crate::{
    args::Verdict,
    body, edition, events, exits, future, parameters,
    plan::{Judge, Plan, Shape},
    returned,
    scope::{self, hidden, hidden_at},
    span,
};

/// Puts the call around the body of a function.
///
/// Attributes at the start of the body (`#![…]`) are kept with the function's
/// others by syn, and are printed where they were.
pub(crate) fn wrap(plan: &Plan, signature: &mut Signature, block: &mut Block) {
    match plan.shape {
        Shape::Whole => {
            let mut begin = span::enter(plan);
            begin.push(enter(plan, "OK"));
            scope::begin(block, begin);
        }
        Shape::Exits => exits(plan, block),
        Shape::Closure => closure(plan, signature, block),
        Shape::Async => future::of_async(plan, signature, block),
        Shape::Future(form) => future::returned(plan, form, signature, block),
    }
}

/// The local whose end is the call's.
fn enter(plan: &Plan, unless_judged: &str) -> Stmt {
    let (private, site, tracked) = (private(plan), callsite(plan), plan.concurrency);
    let entered = hidden("entered");
    let unless_judged = Ident::new(unless_judged, Span::call_site());
    if let Some(events) = &plan.events {
        let fields = events::fields_of(plan, events);
        return parse_quote! {
            let #entered =
                #private::enter_with_events::<#tracked, _>(
                    #site,
                    #private::Verdict::#unless_judged,
                    #fields,
                );
        };
    }
    parse_quote! {
        let #entered = #private::enter::<#tracked>(#site, #private::Verdict::#unless_judged);
    }
}

/// The type of that local.
fn entered_type(plan: &Plan) -> Ident {
    let name = if plan.events.is_some() {
        "EventCall"
    } else {
        "Entered"
    };
    Ident::new(name, Span::call_site())
}

/// The body stays, and what it returns is judged where it does.
fn exits(plan: &Plan, block: &mut Block) {
    let (entered, outcome) = (hidden("entered"), outcome(plan));
    let error = plan.events.is_some().then(|| {
        let returned = hidden("returned");
        let error = events::tell(plan, Some(&returned), &returned.to_token_stream());
        quote!(, #error)
    });
    let (private, entered_type) = (private(plan), entered_type(plan));
    exits::change(block, |value| {
        *value = parse_quote! {
            #private::#entered_type::classify(&#entered, #value, #outcome #error)
        };
    });
    if let Some(value) = exits::end(block) {
        let value = value.to_token_stream();
        block.stmts.pop();
        if edition::drops_temporaries_first() {
            block.stmts.extend(returning(&value, Span::call_site()));
        } else {
            // A `return` would drop them before the locals.
            block.stmts.push(Stmt::Expr(Expr::Verbatim(value), None));
        }
    }
    let mut begin = span::enter(plan);
    // What `?` and macros return is not seen; `?` returns errors.
    begin.push(enter(plan, "ERROR"));
    scope::begin(block, begin);
}

/// The body is a closure, called at once.
///
/// It borrows what the body borrows, so that lints see what happens to the
/// parameters, unless that would borrow too much for what is returned.
fn closure(plan: &Plan, signature: &mut Signature, block: &mut Block) {
    // Where the compiler says that what is returned does not fit, it means the body.
    let at = Span::call_site().located_at(value_span(block));
    let private = located(private(plan), at);
    let output = &plan.output;
    let moves = !edition::captures_disjointly() || returned::may_lend(signature);
    let mut misunderstood = false;
    if moves {
        misunderstood = parameters::own(signature, block);
    } else {
        parameters::rebind(signature, block);
    }
    // Of a captured field, lints take the first of two assignments for one that
    // is never read, and what is left of a value, if it is nothing, as well; of
    // what a reference refers to and of variables, they know better.
    misunderstood |= body::assigns(block) > 1 || body::takes_the_rest(block);
    let open = block.brace_token.span.open();
    let capture = moves.then(|| quote_spanned!(open=> move));
    let body = quote_spanned!(open=> #capture || -> #output #block);
    let entered = hidden("entered");
    let returned = hidden_at("returned", at);
    let verdict = verdict(plan, &quote!(&#returned));
    let call = quote_spanned!(at=> let #returned = #private::once(#body)(););
    let (site, tracked) = (callsite(plan), plan.concurrency);
    let entered_type = entered_type(plan);
    let silence = misunderstood.then(|| quote!(#[allow(unused_assignments)]));
    let (begin, error) = match &plan.events {
        None => (quote!(enter_judged::<#tracked>(#site)), None),
        Some(events) => {
            let fields = events::fields_of(plan, events);
            let error = events::tell(plan, None, &quote!(&#returned));
            (
                quote!(enter_judged_with_events::<#tracked, _>(#site, #fields)),
                Some(quote!(, #error)),
            )
        }
    };
    let mut statements = span::enter(plan);
    let call: Vec<Stmt> = parse_quote! {
        let #entered = #private::#begin;
        // Of the closure; about the function, it was said already.
        #[allow(clippy::result_large_err)]
        #silence
        #call
        #private::#entered_type::set_verdict(&#entered, #verdict #error);
    };
    statements.extend(call);
    statements.extend(returning(&returned.to_token_stream(), at));
    block.stmts = statements;
}

/// The end of a body. A `return`, as lints that ask for one ask us too.
pub(crate) fn returning(value: &TokenStream, at: Span) -> Vec<Stmt> {
    let returning = quote_spanned!(at=> return #value;);
    parse_quote!(#returning)
}

/// Where a body says what it evaluates to.
fn value_span(block: &Block) -> Span {
    match block.stmts.last() {
        Some(Stmt::Expr(value, _)) => value.span(),
        _ => block.brace_token.span.close(),
    }
}

/// The function's static, its place in the program's list of functions, and its
/// record.
pub(crate) fn callsite(plan: &Plan) -> TokenStream {
    let private = private(plan);
    let Plan {
        name,
        concurrency,
        asynchronous,
        calls,
        ..
    } = plan;
    // With the span of the function's name these two say where it is; with the
    // macro's own they would say where the attribute is.
    let [file, line] = if edition::has_crate_paths() {
        [
            quote_spanned!(plan.span=> ::core::file!()),
            quote_spanned!(plan.span=> ::core::line!()),
        ]
    } else {
        [
            quote_spanned!(plan.span=> file!()),
            quote_spanned!(plan.span=> line!()),
        ]
    };
    let returns = Ident::new(plan.returns, Span::call_site());
    // What cargo says of the package that is being compiled; nothing without cargo.
    let variable = |name| std::env::var(name).unwrap_or_default();
    let [package, version] = ["CARGO_PKG_NAME", "CARGO_PKG_VERSION"].map(variable);
    let binary = std::env::var_os("CARGO_BIN_NAME").is_some();
    // In the order of a record's texts, each up to a NUL.
    let known: String = [&package, &version, name, calls]
        .map(|text| text.replace('\0', "\\0") + "\0")
        .concat();
    // Spelled out twice, which costs the compiler less than a constant would.
    let texts = quote!(::core::concat!(#known, ::core::module_path!(), "\0", #file, "\0", #line));
    let (objectives, objectives_static, length, record) = match &*plan.objectives {
        [] => (
            quote!(&[]),
            None,
            quote!(::core::primitive::str::len(#texts)),
            quote!(new(#texts, #private::Returns::#returns, #asynchronous)),
        ),
        objectives => {
            let (reference, count) = (quote!(&__AUTOMETRICS_OBJECTIVES), objectives.len());
            (
                reference.clone(),
                Some(quote! {
                    static __AUTOMETRICS_OBJECTIVES: [#private::Objective; #count] =
                        [#(#objectives),*];
                }),
                quote!(#private::tail(#texts, #reference)),
                quote! {
                    with_objectives(#texts, #private::Returns::#returns, #asynchronous, #reference)
                },
            )
        }
    };
    let callsite = quote! {
        #private::Callsite::new(&__AUTOMETRICS_RECORD, #objectives, #concurrency, #binary)
    };
    let (events_static, callsite) = events::site(plan, callsite);
    quote! {
        #private::callsite! {
            static __AUTOMETRICS_ENTRY: #private::Entry =
                ::core::option::Option::Some(&__AUTOMETRICS_SITE);
            static __AUTOMETRICS_RECORD: #private::Encoded<[::core::primitive::u8; #length]> =
                #private::Encoded::#record;
            static __AUTOMETRICS_SITE: #private::Callsite = #callsite;
            #objectives_static
            #events_static
        }
    }
}

/// Returns the expression that judges the value behind the reference `returned`. The value is
/// recorded before, if that was asked for, in time that does not count.
fn verdict(plan: &Plan, returned: &TokenStream) -> TokenStream {
    let verdict = judged(plan, returned);
    match span::record(plan, returned) {
        Some(record) => {
            let (private, entered_type) = (private(plan), entered_type(plan));
            let entered = hidden("entered");
            quote!({
                #private::#entered_type::untimed(&#entered, || #record);
                #verdict
            })
        }
        None => verdict,
    }
}

/// How it is counted: as its type says, not its spelling, and as a test in the
/// arguments says.
fn judged(plan: &Plan, returned: &TokenStream) -> TokenStream {
    let private = private(plan);
    let [value, failure] = ["value", "failure"].map(hidden);
    let by_type = quote!({
        use #private::{Otherwise as _, Ready as _, Unlabelled as _};
        let (#value, #failure) =
            #private::Returned(::core::option::Option::Some(#returned)).__autometrics_split();
        #private::HalfVerdict::or(
            #value.__autometrics_classify(),
            #failure.__autometrics_classify()
        )
    });
    match &plan.judge {
        Judge::Nobody => quote!(#private::Verdict::OK),
        Judge::Type => by_type,
        Judge::Test(verdict) => {
            let Verdict { test, is_ok, .. } = verdict.as_ref();
            let judge = if verdict.is_of_value() {
                quote!(classify_value)
            } else {
                quote!(classify)
            };
            quote!(#private::#judge(#returned, #test, #is_ok, #by_type))
        }
    }
}

/// The same as a function of the reference.
fn outcome(plan: &Plan) -> TokenStream {
    judging(plan, verdict)
}

/// Returns the function that judges the value of a future by a reference to it.
pub(crate) fn outcome_of_future(plan: &Plan) -> TokenStream {
    judging(plan, judged)
}

/// `of` as a function of the reference, which is not visible to the user's test.
fn judging(plan: &Plan, of: fn(&Plan, &TokenStream) -> TokenStream) -> TokenStream {
    let private = private(plan);
    if matches!(plan.judge, Judge::Nobody) {
        return quote!(#private::always_ok);
    }
    let returned = hidden("returned");
    let verdict = of(plan, &returned.to_token_stream());
    quote!(|#returned| #verdict)
}

/// Where the expansion finds what it calls.
pub(crate) fn private(plan: &Plan) -> TokenStream {
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
