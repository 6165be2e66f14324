//! Generates the code that records calls one by one.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned as _;

use crate::{
    parse::events::EventsArgs,
    plan::{Classifier, Plan},
    scope::{hidden, hidden_at},
};

/// Returns the static with the function's events, and the `callsite` with a reference to it; no static and the
/// same `callsite` without the argument `events`.
pub(crate) fn event_site(plan: &Plan, callsite: TokenStream) -> (Option<TokenStream>, TokenStream) {
    let Some(events) = &plan.events else {
        return (None, callsite);
    };
    let private = plan.private();
    let event = hidden("event");
    let names: Vec<_> = events.fields().iter().map(|field| &field.name).collect();
    let mut value = quote! {
        #private::EventSite::new(&[#(#names),*], |#event| #private::emit!(#event #(, #names)*))
    };
    if let Some(limit) = &events.slower_than {
        value = quote!(#private::EventSite::slower_than(#value, #limit));
    }
    (
        Some(quote!(static __AUTOMETRICS_EVENTS: #private::EventSite = #value;)),
        quote!(#private::Callsite::with_events(#callsite, &__AUTOMETRICS_EVENTS)),
    )
}

/// Returns an expression that captures the fields and evaluates to a function that formats them.
pub(crate) fn captured_fields(plan: &Plan, events: &EventsArgs) -> TokenStream {
    let private = plan.private();
    if events.fields().is_empty() {
        return quote!(#private::no_fields);
    }
    let captured = hidden("captured");
    let mut locals = Vec::new();
    let mut lets = Vec::new();
    for (number, field) in events.fields().iter().enumerate() {
        let local = hidden(&format!("field_{number}"));
        let value = &field.value;
        // The compiler points to the field when its value cannot be formatted.
        let at = Span::mixed_site().located_at(value.span());
        let show = hidden_at(if field.is_debug { "debug" } else { "display" }, at);
        let it = hidden_at("it", at);
        let shown = quote_spanned!(at=> #private::Field(#it).__autometrics_when().#show(#it));
        lets.push(quote!(let #local = match &(#value) { #it => #shown };));
        locals.push(local);
    }
    quote!({
        #[allow(unused_imports)]
        use #private::ShownAtOnce as _;
        #(#lets)*
        move |#captured: &mut #private::Captured<'_>| {
            #(#private::Captured::put(#captured, &#locals);)*
        }
    })
}

/// Returns a closure that formats the error in the value behind the reference `returned`.
///
/// `parameter` is the closure's parameter for that reference, if it does not capture it.
pub(crate) fn error_formatter(
    plan: &Plan,
    parameter: Option<&Ident>,
    returned: &TokenStream,
) -> TokenStream {
    let private = plan.private();
    let text = hidden("text");
    if matches!(plan.classifier, Classifier::AlwaysOk) && parameter.is_some() {
        return quote!(#private::no_error);
    }
    let failure = hidden("failure");
    let parameter = parameter.map(|parameter| quote!(#parameter,));
    quote!(|#parameter #text| {
        #[allow(unused_imports)]
        use #private::{Otherwise as _, Ready as _, FormatDebug as _, FormatNothing as _};
        let (_, #failure) =
            #private::Returned(::core::option::Option::Some(#returned)).__autometrics_split();
        #failure.__autometrics_format_error(#text);
    })
}
