//! Reasons to leave out a function, and the attributes that mark tests.

use std::fmt;

use proc_macro2::{TokenStream, TokenTree};
use syn::{Attribute, Meta, Token, punctuated::Punctuated};

/// Reason why a function has no attribute.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Reason {
    /// A `const` function, which may run in the compiler.
    Const,
    /// A function of a trait or of an `extern` block, without a body.
    NoBody,
    /// Tokens of a macro call, which only the macro can interpret.
    InMacro,
    /// A test, or a function that is compiled for tests only.
    Test,
    /// A function that does not compile with the attribute. The compiler's message is a finding.
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

/// Last segments of attributes that make a function a test.
const TESTS: [&str; 4] = ["test", "bench", "rstest", "quickcheck"];

/// Returns `true` if these attributes make a function a test.
pub(super) fn is_test(attributes: &[Attribute]) -> bool {
    is_test_only(attributes)
        || attributes.iter().any(|attribute| {
            let last = attribute.path().segments.last();
            last.is_some_and(|last| TESTS.iter().any(|name| last.ident == name))
        })
}

/// Returns `true` if these attributes restrict an item to test builds.
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

/// Returns the number of functions in the tokens of a macro, as a guess.
pub(super) fn functions_in(tokens: TokenStream) -> usize {
    let mut count = 0;
    let mut after_fn = false;
    for token in tokens {
        match &token {
            TokenTree::Group(group) => count += functions_in(group.stream()),
            // A name, or `$name` in a macro. Otherwise `fn` belongs to the type of a pointer.
            TokenTree::Ident(_) if after_fn => count += 1,
            TokenTree::Punct(dollar) if after_fn && dollar.as_char() == '$' => count += 1,
            _ => {}
        }
        after_fn = matches!(&token, TokenTree::Ident(word) if word == "fn");
    }
    count
}
