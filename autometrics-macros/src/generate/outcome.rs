//! Expressions that tell how a call is counted.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};

use super::{
    span,
    tokens::{entered_type, private},
};
use crate::{
    parse::args::Verdict,
    plan::{Judge, Plan},
    scope::hidden,
};

/// Returns the expression that judges the value behind the reference `returned`. The value is
/// recorded before, if that was asked for, in time that does not count.
pub(super) fn verdict(plan: &Plan, returned: &TokenStream) -> TokenStream {
    let verdict = judged(plan, returned);
    match span::record(plan, returned) {
        Some(record) => {
            let (private, entered_type) = (private(plan), entered_type(plan));
            let entered = hidden("entered");
            quote!({
                #private::#entered_type::aside(&#entered, || #record);
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
        #private::Word::or(#value.__autometrics_say(), #failure.__autometrics_say())
    });
    match &plan.judge {
        Judge::Nobody => quote!(#private::Verdict::OK),
        Judge::Type => by_type,
        Judge::Test(verdict) => {
            let Verdict { test, is_ok, .. } = verdict.as_ref();
            let judge = if verdict.is_of_value() {
                quote!(judge_value)
            } else {
                quote!(judge)
            };
            quote!(#private::#judge(#returned, #test, #is_ok, #by_type))
        }
    }
}

/// The same as a function of the reference.
pub(super) fn outcome(plan: &Plan) -> TokenStream {
    judging(plan, verdict)
}

/// Returns the function that judges the value of a future by a reference to it.
pub(super) fn outcome_of_future(plan: &Plan) -> TokenStream {
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
