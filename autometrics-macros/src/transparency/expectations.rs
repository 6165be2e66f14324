//! `#[expect(…)]` of lints that find nothing in an instrumented function.
//!
//! The compiler would report these expectations as unfulfilled, although the code is right.

use proc_macro2::TokenStream;
use quote::{ToTokens as _, quote};
use syn::{
    Attribute, Block, Meta, Token, parse_quote,
    punctuated::Punctuated,
    visit_mut::{self, VisitMut},
};

/// Lints that find less in an instrumented function; `tests/transparency/lints.rs` has the reasons.
const WEAKENED: &[&str] = &[
    "clippy::derivable_impls",
    "clippy::doc_paragraphs_missing_punctuation",
    "clippy::extra_unused_type_parameters",
    "clippy::implicit_return",
    "clippy::inline_always",
    "clippy::missing_const_for_fn",
    "clippy::missing_inline_in_public_items",
    "clippy::redundant_clone",
    "clippy::suspicious_arithmetic_impl",
    "clippy::unnecessary_wraps",
    "clippy::unused_async",
    "clippy::unwrap_in_result",
    "clippy::useless_conversion",
    "unused_assignments",
];

/// Replaces `expect` by `allow` for lints that find less, on a function or on a block of functions.
pub(crate) fn relax(attributes: &mut [Attribute]) {
    attributes.iter_mut().for_each(relax_one);
}

/// Does the same within a body.
pub(crate) fn relax_within(body: &mut Block) {
    struct Relax;

    impl VisitMut for Relax {
        fn visit_attribute_mut(&mut self, attribute: &mut Attribute) {
            relax_one(attribute);
        }
    }

    visit_mut::visit_block_mut(&mut Relax, body);
}

fn relax_one(attribute: &mut Attribute) {
    let Meta::List(list) = &attribute.meta else {
        return;
    };
    if !list.path.is_ident("expect") {
        return;
    }
    let parser = Punctuated::<Meta, Token![,]>::parse_terminated;
    let Ok(lints) = list.parse_args_with(parser) else {
        return;
    };
    let is_reason = |lint: &Meta| matches!(lint, Meta::NameValue(_));
    let reason: Vec<Meta> = lints.iter().filter(|it| is_reason(it)).cloned().collect();
    let lints = lints.into_iter().filter(|it| !is_reason(it));
    let (weakened, others): (Vec<Meta>, Vec<Meta>) = lints.partition(is_weakened);
    if weakened.is_empty() {
        return;
    }
    let with_reason = |lints: Vec<Meta>| -> TokenStream {
        let all = lints.iter().chain(&reason);
        quote!(#(#all),*)
    };
    let allowed = with_reason(weakened);
    attribute.meta = if others.is_empty() {
        parse_quote!(allow(#allowed))
    } else {
        let expected = with_reason(others);
        parse_quote!(cfg_attr(all(), allow(#allowed), expect(#expected)))
    };
}

fn is_weakened(lint: &Meta) -> bool {
    let name = lint.path().to_token_stream().to_string().replace(' ', "");
    WEAKENED.contains(&&*name)
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use quote::ToTokens as _;
    use syn::{Attribute, parse_quote};

    use super::relax;

    #[test]
    fn expectations_that_would_be_unfulfilled_become_allow() {
        let mut attributes: Vec<Attribute> = vec![
            parse_quote!(#[expect(dead_code)]),
            parse_quote!(#[expect(clippy::missing_const_for_fn, reason = "later")]),
            parse_quote!(#[expect(clippy::unused_async, dead_code, reason = "later")]),
            parse_quote!(#[warn(clippy::unused_async)]),
        ];
        relax(&mut attributes);
        let lines = attributes
            .iter()
            .map(|it| format!("{}\n", it.to_token_stream()));
        expect![[r#"
            # [expect (dead_code)]
            # [allow (clippy :: missing_const_for_fn , reason = "later")]
            # [cfg_attr (all () , allow (clippy :: unused_async , reason = "later") , expect (dead_code , reason = "later"))]
            # [warn (clippy :: unused_async)]
        "#]].assert_eq(&lines.collect::<String>());
    }
}
