//! Answers and errors of crate `actix-web`: an error is what the server failed at (5xx), and
//! the status is its kind.

use std::fmt;

use actix_web::{
    Either, Error, HttpResponse, ResponseError, dev, error::InternalError, http::StatusCode,
    web::Json,
};

use super::{ErrorKinds, ResultLabel, ResultLabels, status};

// The crate has the types of an older version of crate `http`.
#[diagnostic::do_not_recommend]
impl ResultLabels for StatusCode {
    #[inline]
    fn result_label(&self) -> Option<ResultLabel> {
        Some(status::label(self.as_u16()))
    }
}

#[diagnostic::do_not_recommend]
impl<B> ResultLabels for HttpResponse<B> {
    #[inline]
    fn result_label(&self) -> Option<ResultLabel> {
        self.status().result_label()
    }
}

#[diagnostic::do_not_recommend]
impl<B> ResultLabels for dev::Response<B> {
    #[inline]
    fn result_label(&self) -> Option<ResultLabel> {
        self.status().result_label()
    }
}

#[diagnostic::do_not_recommend]
impl ResultLabels for Error {
    #[inline]
    fn result_label(&self) -> Option<ResultLabel> {
        self.as_response_error().status_code().result_label()
    }
}

#[diagnostic::do_not_recommend]
impl<T: fmt::Debug + fmt::Display> ResultLabels for InternalError<T> {
    #[inline]
    fn result_label(&self) -> Option<ResultLabel> {
        self.status_code().result_label()
    }
}

#[diagnostic::do_not_recommend]
impl<L: ResultLabels, R: ResultLabels> ResultLabels for Either<L, R> {
    #[inline]
    fn result_label(&self) -> Option<ResultLabel> {
        match self {
            Self::Left(it) => it.result_label(),
            Self::Right(it) => it.result_label(),
        }
    }

    fn error_kinds(kinds: &mut ErrorKinds) {
        L::error_kinds(kinds);
        R::error_kinds(kinds);
    }
}

/// A body with the status behind it.
macro_rules! as_its_second {
    ($($body:ty $(: $of:ident)?),*) => {$(
        #[diagnostic::do_not_recommend]
        impl $(<$of>)? ResultLabels for ($body, StatusCode) {
            #[inline]
            fn result_label(&self) -> Option<ResultLabel> {
                self.1.result_label()
            }
        }
    )*};
}

as_its_second!(&str, String, &[u8], Vec<u8>, HttpResponse, Json<T>: T);
