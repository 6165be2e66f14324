//! HTTP answers: an error is what the server failed at (5xx), and the status is its kind.
//!
//! A client that asks for what is not there was served, so 4xx is ok.

use http::{Response, StatusCode, response::Parts};

use super::{ResultLabel, ResultLabels, status};

// A list of these helps no one whose own type has no labels.
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

/// What frameworks such as axum make a response of: a tuple that begins with the
/// status, then has headers and ends with a body.
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
