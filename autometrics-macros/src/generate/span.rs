//! Generates the span of `tracing` around a call, and the events with its value.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Stmt, parse_quote};

use crate::{
    parse::span::{Format, Level, RecordedValue, SpanArgs},
    plan::Plan,
    scope::{hidden, hidden_at},
};

/// Returns the local variable of the span, and the statement that creates it.
pub(crate) fn create_span(plan: &Plan, span: &SpanArgs) -> (Ident, Stmt) {
    let private = plan.private();
    // Hygiene keeps this name apart from names in the user's fields.
    let local = hidden("span");
    let level = level_path(plan, span.level.as_ref(), "INFO");
    let target = target(span);
    let name = span.name.as_ref().map(ToTokens::to_token_stream);
    let name = name.unwrap_or_else(|| plan.name.to_token_stream());
    let fields = &span.fields;
    let stmt = parse_quote! {
        let #local = #private::tracing::span!(
            target: #target,
            #level,
            #name,
            caller =
                ::core::option::Option::map(#private::caller(), #private::tracing::field::display),
            #fields
        );
    };
    (local, stmt)
}

/// Returns the statements that create the span and enter it, for a body that does not suspend.
pub(crate) fn enter_span(plan: &Plan) -> Vec<Stmt> {
    let Some(span) = &plan.tracing_span else {
        return Vec::new();
    };
    let private = plan.private();
    let (local, make) = create_span(plan, span);
    let guard = hidden("in_span");
    vec![
        make,
        parse_quote!(let #guard = #private::tracing::Span::enter(&#local);),
    ]
}

/// Returns an expression with the future `call` in a span, or `call` itself without the argument `span`.
pub(crate) fn future_in_span(plan: &Plan, call: TokenStream) -> TokenStream {
    let Some(span) = &plan.tracing_span else {
        return call;
    };
    let private = plan.private();
    let (local, make) = create_span(plan, span);
    let returned = hidden("returned");
    let call = match record_value(plan, &returned.to_token_stream()) {
        Some(record) => quote!(#private::with_output_hook(#call, |#returned| #record)),
        None => call,
    };
    // The span is created first, because the future moves the parameters that the fields name.
    quote!({
        #make
        #private::tracing::Instrument::instrument(#call, #local)
    })
}

/// Returns an expression that emits the events of `err` and `ret` for the value behind the reference
/// `returned`; `None` without these arguments.
pub(crate) fn record_value(plan: &Plan, returned: &TokenStream) -> Option<TokenStream> {
    let span = plan
        .tracing_span
        .as_ref()
        .filter(|span| span.records_value())?;
    let private = plan.private();
    let [value, failure] = ["value", "failure"].map(hidden);
    let shown = hidden("shown");
    let event = |recorded: &RecordedValue, level, name: &str, format: Format, it: &TokenStream| {
        let field = Ident::new(name, Span::call_site());
        let target = target(span);
        let at = recorded.key_span.unwrap_or(span.key_span);
        let (sigil, form) = match recorded.format.unwrap_or(format) {
            Format::Debug => (quote!(?), quote_spanned!(at=> ::core::fmt::Debug)),
            Format::Display => (quote!(%), quote_spanned!(at=> ::core::fmt::Display)),
        };
        // The compiler points to `err` or `ret`, once, when the value cannot be formatted.
        let it = quote_spanned!(at=> #it);
        let cast = quote_spanned!(at=> let #shown: &dyn #form = #it;);
        let level: TokenStream = level;
        quote!({
            #cast
            #private::tracing::event!(target: #target, #level, #field = #sigil #shown);
        })
    };
    let of_err = span.err.as_ref().map(|err| {
        let level = level_path(plan, err.level.as_ref(), "ERROR");
        let it = hidden_at("it", err.key_span.unwrap_or(span.key_span));
        let event = event(err, level, "error", Format::Display, &it.to_token_stream());
        quote!(if let ::core::option::Option::Some(#it) = #private::Failure::get(&#failure) { #event })
    });
    let of_ret = span.ret.as_ref().map(|ret| {
        let level = match (&ret.level, &span.level) {
            (None, level) | (level, _) => level_path(plan, level.as_ref(), "INFO"),
        };
        // Together with `err`, the value without an error; otherwise the whole value.
        if span.err.is_some() {
            let it = hidden_at("it", ret.key_span.unwrap_or(span.key_span));
            let event = event(ret, level, "return", Format::Debug, &it.to_token_stream());
            quote!(if let ::core::option::Option::Some(#it) = #private::Value::get(&#value) { #event })
        } else {
            let event = event(ret, level, "return", Format::Debug, returned);
            quote!(#event)
        }
    });
    Some(quote!({
        #[allow(unused_imports)]
        use #private::{Otherwise as _, Ready as _};
        #[allow(unused_variables)]
        let (#value, #failure) =
            #private::Returned(::core::option::Option::Some(#returned)).__autometrics_split();
        #of_err
        #of_ret
    }))
}

fn level_path(plan: &Plan, level: Option<&Level>, otherwise: &str) -> TokenStream {
    let private = plan.private();
    match level {
        Some(Level::Path(path)) => quote!(#path),
        Some(Level::Named(name)) => quote!(#private::tracing::Level::#name),
        None => {
            let name = Ident::new(otherwise, Span::call_site());
            quote!(#private::tracing::Level::#name)
        }
    }
}

fn target(span: &SpanArgs) -> TokenStream {
    let target = span.target.as_ref().map(ToTokens::to_token_stream);
    target.unwrap_or_else(|| quote!(::core::module_path!()))
}
