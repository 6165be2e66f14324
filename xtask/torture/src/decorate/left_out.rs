//! What is left out, and why.

use std::fmt;

use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, Meta, Token, punctuated::Punctuated};

/// Why a function has no attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reason {
    /// It may run in the compiler.
    Const,
    /// Of a trait, or of an `extern` block.
    NoBody,
    /// Tokens, of which only the macro knows what they become.
    InMacro,
    /// A test, or something that only tests see.
    Test,
    /// Decorated it does not compile; what the compiler said is a finding.
    DoesNotCompile,
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Const => "const",
            Self::NoBody => "no body",
            Self::InMacro => "in a macro",
            Self::Test => "test",
            Self::DoesNotCompile => "does not compile",
        })
    }
}

/// Attributes that make a test of a function, wherever they come from.
const TESTS: [&str; 4] = ["test", "bench", "rstest", "quickcheck"];

/// Whether these attributes make a test of a function.
pub(super) fn is_test(attributes: &[Attribute]) -> bool {
    is_test_only(attributes)
        || attributes.iter().any(|attribute| {
            let last = attribute.path().segments.last();
            last.is_some_and(|last| TESTS.iter().any(|name| last.ident == name))
        })
}

/// Whether something is only there while tests are compiled.
pub(super) fn is_test_only(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute
                .parse_args::<Meta>()
                .is_ok_and(|condition| needs_test(&condition))
    })
}

fn needs_test(condition: &Meta) -> bool {
    match condition {
        Meta::Path(path) => path.is_ident("test"),
        Meta::NameValue(_) => false,
        Meta::List(list) => {
            let parts = list.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated);
            let Ok(parts) = parts else { return false };
            if list.path.is_ident("all") {
                parts.iter().any(needs_test)
            } else {
                list.path.is_ident("any") && !parts.is_empty() && parts.iter().all(needs_test)
            }
        }
    }
}

/// How many functions stand in the tokens of a macro, as far as one can tell.
pub(super) fn functions_in(tokens: TokenStream) -> usize {
    let mut count = 0;
    let mut after_fn = false;
    for token in tokens {
        match &token {
            TokenTree::Group(group) => count += functions_in(group.stream()),
            // A name, or a macro's `$name`; else it is the type of a pointer.
            TokenTree::Ident(_) if after_fn => count += 1,
            TokenTree::Punct(dollar) if after_fn && dollar.as_char() == '$' => count += 1,
            _ => {}
        }
        after_fn = matches!(&token, TokenTree::Ident(word) if word == "fn");
    }
    count
}
