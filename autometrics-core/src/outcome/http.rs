//! Classifies HTTP responses: status 5xx is an error, and the status is the error kind.
//!
//! A request for something that does not exist was answered, so 4xx is ok.

use http::{Response, StatusCode, response::Parts};

use super::{ResultLabel, ResultLabels, status};

// In compiler errors, a list of these types does not help a user whose own type has no labels.
#[diagnostic::do_not_recommend]
impl ResultLabels for StatusCode {
    #[inline]
    fn result_label(&self) -> Option<ResultLabel> {
        Some(status::label(self.as_u16()))
    }
}

#[diagnostic::do_not_recommend]
impl<B> ResultLabels for Response<B> {
    #[inline]
    fn result_label(&self) -> Option<ResultLabel> {
        self.status().result_label()
    }
}

#[diagnostic::do_not_recommend]
impl ResultLabels for Parts {
    #[inline]
    fn result_label(&self) -> Option<ResultLabel> {
        self.status.result_label()
    }
}

/// Implements `ResultLabels` for a tuple that frameworks such as axum convert to a response: a
/// status first, then headers, a body last.
macro_rules! as_its_first {
    ($first:ty: $($rest:ident)*) => {
        #[diagnostic::do_not_recommend]
        impl<$($rest),*> ResultLabels for ($first, $($rest),*) {
            #[inline]
            fn result_label(&self) -> Option<ResultLabel> {
                self.0.result_label()
            }
        }
    };
}

macro_rules! tuples {
    ($($first:ty),*) => {$(
        as_its_first!($first: A);
        as_its_first!($first: A B);
        as_its_first!($first: A B C);
        as_its_first!($first: A B C D);
        as_its_first!($first: A B C D E);
        as_its_first!($first: A B C D E F);
    )*};
}

tuples!(StatusCode, Parts, Response<()>);
