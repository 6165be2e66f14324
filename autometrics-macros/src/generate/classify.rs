//! Generates the expressions that classify a returned value as ok or error.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};

use super::{span, tokens::guard_type};
use crate::{
    parse::args::OutcomeTest,
    plan::{Classifier, Plan},
    scope::hidden,
};

/// Returns the expression that classifies the value behind the reference `returned`. If the arguments ask for
/// it, the expression first records the value in the span; that time is no part of the latency.
pub(super) fn classify_and_record(plan: &Plan, returned: &TokenStream) -> TokenStream {
    let outcome = classify(plan, returned);
    match span::record_value(plan, returned) {
        Some(record) => {
            let (private, guard_type) = (plan.private(), guard_type(plan));
            let entered = hidden("entered");
            quote!({
                #private::#guard_type::untimed(&#entered, || #record);
                #outcome
            })
        }
        None => outcome,
    }
}

/// Returns the expression that classifies the value behind the reference `returned`: by its type, not by the spelling of
/// its type, and by the test in the arguments, which takes precedence.
fn classify(plan: &Plan, returned: &TokenStream) -> TokenStream {
    let private = plan.private();
    let [value, failure] = ["value", "failure"].map(hidden);
    let by_type = quote!({
        use #private::{Otherwise as _, Ready as _, Unlabelled as _};
        let (#value, #failure) =
            #private::Returned(::core::option::Option::Some(#returned)).__autometrics_split();
        #private::HalfVerdict::or(#value.__autometrics_classify(), #failure.__autometrics_classify())
    });
    match &plan.classifier {
        Classifier::AlwaysOk => quote!(#private::Verdict::OK),
        Classifier::ByType => by_type,
        Classifier::ByTest(outcome_test) => {
            let OutcomeTest {
                test, true_is_ok, ..
            } = outcome_test.as_ref();
            let classify = if outcome_test.takes_whole_value() {
                quote!(classify_value)
            } else {
                quote!(classify)
            };
            quote!(#private::#classify(#returned, #test, #true_is_ok, #by_type))
        }
    }
}

/// Returns the expression of [`classify_and_record`] as a function of the reference.
pub(super) fn recording_classifier(plan: &Plan) -> TokenStream {
    as_function(plan, classify_and_record)
}

/// Returns the function that classifies the value of a future by a reference to it.
pub(super) fn future_classifier(plan: &Plan) -> TokenStream {
    as_function(plan, classify)
}

/// Returns a closure with the expression `of`. Its parameter is not visible to the user's test.
fn as_function(plan: &Plan, of: fn(&Plan, &TokenStream) -> TokenStream) -> TokenStream {
    let private = plan.private();
    if matches!(plan.classifier, Classifier::AlwaysOk) {
        return quote!(#private::always_ok);
    }
    let returned = hidden("returned");
    let outcome = of(plan, &returned.to_token_stream());
    quote!(|#returned| #outcome)
}
