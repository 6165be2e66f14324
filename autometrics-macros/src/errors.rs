//! Mistakes, gathered so that one compilation shows them all.

use proc_macro2::TokenStream;
use syn::Error;

/// The mistakes found so far.
#[derive(Debug, Default)]
pub(crate) struct Errors(Option<Error>);

impl Errors {
    /// Adds a mistake.
    pub(crate) fn push(&mut self, error: Error) {
        match &mut self.0 {
            Some(errors) => errors.combine(error),
            empty => *empty = Some(error),
        }
    }

    /// The value of `result`, or its mistake kept and `None`.
    pub(crate) fn keep<T>(&mut self, result: syn::Result<T>) -> Option<T> {
        result.map_err(|error| self.push(error)).ok()
    }

    /// `compile_error!` for each mistake.
    pub(crate) fn into_tokens(self) -> TokenStream {
        self.0
            .map_or_else(TokenStream::new, Error::into_compile_error)
    }
}
