//! Generates the static of a function, with its entry in the program's list of functions and its record.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};

use super::events;
use crate::{plan::Plan, transparency::edition};

/// Returns an expression that declares the function's statics and evaluates to a reference to its callsite.
pub(super) fn callsite(plan: &Plan) -> TokenStream {
    let private = plan.private();
    let Plan {
        name,
        concurrency,
        asynchronous,
        calls,
        ..
    } = plan;
    // With the span of the function's name, these two expand to the place of the function; with the
    // macro's own span, to the place of the attribute.
    let [file, line] = if edition::has_crate_paths() {
        [
            quote_spanned!(plan.name_span=> ::core::file!()),
            quote_spanned!(plan.name_span=> ::core::line!()),
        ]
    } else {
        [
            quote_spanned!(plan.name_span=> file!()),
            quote_spanned!(plan.name_span=> line!()),
        ]
    };
    let returns = Ident::new(plan.returns_variant, Span::call_site());
    // Cargo sets these for the package that it compiles. They are empty without cargo.
    let variable = |name| std::env::var(name).unwrap_or_default();
    let [package, version] = ["CARGO_PKG_NAME", "CARGO_PKG_VERSION"].map(variable);
    let binary = std::env::var_os("CARGO_BIN_NAME").is_some();
    // The order of the texts in a record, each with a NUL at its end.
    let known: String = [&package, &version, name, calls]
        .map(|text| text.replace('\0', "\\0") + "\0")
        .concat();
    // Repeated, because that costs the compiler less than a constant.
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
    let (events_static, callsite) = events::event_site(plan, callsite);
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
