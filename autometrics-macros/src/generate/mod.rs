//! The last stage: generates the expansion of one function.
//!
//! ```text
//! fn load(id: u64) -> Res {
//!     let __autometrics_entered =
//!         ::autometrics::__private0::enter(callsite! { static SITE: … ; … }, …);
//!     let __autometrics_returned = ::autometrics::__private0::as_fn_once(|| -> Res { body })();
//!     ::autometrics::__private0::Entered::set_verdict(
//!         &__autometrics_entered,
//!         …the outcome of the call,
//!     );
//!     return __autometrics_returned;
//! }
//! ```
//!
//! The body sees no new name: the statics are in a separate block, paths are
//! absolute, and hygiene hides the only local variable in front of it. The tokens around the
//! body have the body's own span, so that lints treat them as the user's code and
//! report the same about the body as without the attribute.

mod callsite;
mod classify;
mod events;
mod future;
mod span;
mod tokens;

use proc_macro2::{Ident, Span};
use quote::{ToTokens as _, quote, quote_spanned};
use syn::{Block, Expr, Signature, Stmt, parse_quote, spanned::Spanned as _};

use self::{
    callsite::callsite,
    classify::{classify_and_record, recording_classifier},
    tokens::{guard_type, located, returning},
};
use crate::{
    plan::{Plan, Shape, body, exits, return_type},
    scope::{self, hidden, hidden_at},
    transparency::{edition, parameters},
};

/// Replaces the body of a function by an instrumented one.
///
/// Attributes at the start of the body (`#![…]`) keep their place: syn stores them with the function's
/// others, and prints them there.
pub(crate) fn wrap(plan: &Plan, signature: &mut Signature, block: &mut Block) {
    match plan.shape {
        Shape::Unchanged => {
            let mut begin = span::enter_span(plan);
            begin.push(enter_call(plan, "OK"));
            scope::prepend(block, begin);
        }
        Shape::EachReturn => classify_each_return(plan, block),
        Shape::Closure => call_closure(plan, signature, block),
        Shape::Async => future::wrap_async(plan, signature, block),
        Shape::Future(form) => future::wrap_returned(plan, form, signature, block),
    }
}

/// Returns the statement that begins the call. The call ends when its local variable is dropped.
///
/// `unless_classified` is the constant of `Verdict` for a call that returns without being classified.
fn enter_call(plan: &Plan, unless_classified: &str) -> Stmt {
    let (private, site, tracked) = (plan.private(), callsite(plan), plan.concurrency);
    let entered = hidden("entered");
    let unless_classified = Ident::new(unless_classified, Span::call_site());
    if let Some(events) = &plan.events {
        let fields = events::captured_fields(plan, events);
        return parse_quote! {
            let #entered =
                #private::enter_with_events::<#tracked, _>(#site, #private::Verdict::#unless_classified, #fields);
        };
    }
    parse_quote! {
        let #entered = #private::enter::<#tracked>(#site, #private::Verdict::#unless_classified);
    }
}

/// Keeps the body in the function, and classifies each value where it is returned.
fn classify_each_return(plan: &Plan, block: &mut Block) {
    let (entered, classify) = (hidden("entered"), recording_classifier(plan));
    let error = plan.events.is_some().then(|| {
        let returned = hidden("returned");
        let error = events::error_formatter(plan, Some(&returned), &returned.to_token_stream());
        quote!(, #error)
    });
    let (private, guard_type) = (plan.private(), guard_type(plan));
    exits::for_each_value(block, |value| {
        *value = parse_quote! {
            #private::#guard_type::classify(&#entered, #value, #classify #error)
        };
    });
    if let Some(value) = exits::final_value(block) {
        let value = value.to_token_stream();
        block.stmts.pop();
        if edition::drops_temporaries_first() {
            block.stmts.extend(returning(&value, Span::call_site()));
        } else {
            // A `return` would drop temporaries before the locals.
            block.stmts.push(Stmt::Expr(Expr::Verbatim(value), None));
        }
    }
    let mut begin = span::enter_span(plan);
    // Values that `?` and macros return are not classified; `?` returns errors.
    begin.push(enter_call(plan, "ERROR"));
    scope::prepend(block, begin);
}

/// Turns the body into a closure that is called at once.
///
/// The closure captures without `move`, so that lints see the uses of the parameters. It has a `move` if the
/// returned value may borrow from a parameter, and in editions whose closures capture whole variables.
fn call_closure(plan: &Plan, signature: &mut Signature, block: &mut Block) {
    // The compiler points to the body when the returned value has the wrong type.
    let at = Span::call_site().located_at(value_span(block));
    let private = located(plan.private(), at);
    let output = &plan.output;
    let moves =
        !edition::captures_disjointly() || return_type::may_borrow_from_parameters(signature);
    let mut misleads_lints = false;
    if moves {
        misleads_lints = parameters::capture_whole(signature, block);
    } else {
        parameters::rebind_mutable(signature, block);
    }
    // Lints report the first of two assignments to a captured field as never read. They do the same for
    // an assignment whose value a struct update without remaining fields takes. References and
    // variables are not affected.
    misleads_lints |=
        body::most_assignments_to_one_place(block) > 1 || body::uses_struct_update(block);
    let open = block.brace_token.span.open();
    let capture = moves.then(|| quote_spanned!(open=> move));
    let body = quote_spanned!(open=> #capture || -> #output #block);
    let entered = hidden("entered");
    let returned = hidden_at("returned", at);
    let outcome = classify_and_record(plan, &quote!(&#returned));
    let call = quote_spanned!(at=> let #returned = #private::as_fn_once(#body)(););
    let (site, tracked) = (callsite(plan), plan.concurrency);
    let guard_type = guard_type(plan);
    let silence = misleads_lints.then(|| quote!(#[allow(unused_assignments)]));
    let (begin, error) = match &plan.events {
        None => (quote!(enter_classified::<#tracked>(#site)), None),
        Some(events) => {
            let fields = events::captured_fields(plan, events);
            let error = events::error_formatter(plan, None, &quote!(&#returned));
            (
                quote!(enter_classified_with_events::<#tracked, _>(#site, #fields)),
                Some(quote!(, #error)),
            )
        }
    };
    let mut statements = span::enter_span(plan);
    let call: Vec<Stmt> = parse_quote! {
        let #entered = #private::#begin;
        // About the closure: the lint has already reported the function.
        #[allow(clippy::result_large_err)]
        #silence
        #call
        #private::#guard_type::set_verdict(&#entered, #outcome #error);
    };
    statements.extend(call);
    statements.extend(returning(&returned.to_token_stream(), at));
    block.stmts = statements;
}

/// Returns the place of the value that a body evaluates to, or else of its closing brace.
fn value_span(block: &Block) -> Span {
    match block.stmts.last() {
        Some(Stmt::Expr(value, _)) => value.span(),
        _ => block.brace_token.span.close(),
    }
}
