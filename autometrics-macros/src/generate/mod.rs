//! Writes the expansion of one function.
//!
//! ```text
//! fn load(id: u64) -> Res {
//!     let __autometrics_entered =
//!         ::autometrics::__private::enter(callsite! { static SITE: … ; … }, …);
//!     let __autometrics_returned = ::autometrics::__private::once(|| -> Res { body })();
//!     ::autometrics::__private::Entered::judged(
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

mod callsite;
mod events;
mod future;
mod outcome;
mod span;
mod tokens;

use proc_macro2::{Ident, Span};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{Block, Expr, Signature, Stmt, parse_quote, spanned::Spanned as _};

use self::{
    callsite::callsite,
    outcome::{outcome, verdict},
    tokens::{entered_type, located, private, returning},
};
use crate::{
    plan::{Plan, Shape, body, exits, return_type},
    scope::{self, hidden, hidden_at},
    transparency::{edition, parameters},
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
                #private::watch::<#tracked, _>(#site, #private::Verdict::#unless_judged, #fields);
        };
    }
    parse_quote! {
        let #entered = #private::enter::<#tracked>(#site, #private::Verdict::#unless_judged);
    }
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
            #private::#entered_type::judge(&#entered, #value, #outcome #error)
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
    let moves = !edition::captures_disjointly() || return_type::may_lend(signature);
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
                quote!(watch_judged::<#tracked, _>(#site, #fields)),
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
        #private::#entered_type::judged(&#entered, #verdict #error);
    };
    statements.extend(call);
    statements.extend(returning(&returned.to_token_stream(), at));
    block.stmts = statements;
}

/// Where a body says what it evaluates to.
fn value_span(block: &Block) -> Span {
    match block.stmts.last() {
        Some(Stmt::Expr(value, _)) => value.span(),
        _ => block.brace_token.span.close(),
    }
}
