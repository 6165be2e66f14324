//! Classifies responses and errors of crate `actix-web`: status 5xx is an error, and the status is
//! the error kind.

use std::{error, fmt, io, str::Utf8Error};

use actix_web::{
    Either, Error, HttpResponse, ResponseError, dev, error::InternalError, http::StatusCode,
    web::Json,
};

use super::{
    ErrorKinds, Failure, HalfVerdict, ResultLabel, ResultLabels, Unlabelled, status,
    verdict::WithoutLabels,
};
use crate::cells::CallKind;

// `actix-web` uses the types of an older version of crate `http`.
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

/// Classifies errors of types of the user, in `Err`, by their `status_code`.
///
/// The status of `error_response` is not read: that method may have side effects, as it formats a
/// body, and programs log in it.
impl<E: ResponseError> Unlabelled for Failure<'_, E> {
    #[inline]
    fn __autometrics_classify(self) -> HalfVerdict<WithoutLabels> {
        HalfVerdict::new(match self.get() {
            Some(error) => status::label(error.status_code().as_u16()).kind(),
            None => CallKind::OK,
        })
    }
}

/// Errors of the standard library also have a status in actix (404 for a file that is not found),
/// but most functions that return them do not answer a request.
macro_rules! errors_without_a_status {
    ($($error:ty),*) => {$(
        impl Failure<'_, $error> {
            /// Classifies every failure as an error without an error kind, as for types without a
            /// status.
            #[inline]
            pub fn __autometrics_classify(self) -> HalfVerdict<WithoutLabels> {
                Unlabelled::__autometrics_classify(&self)
            }
        }
    )*};
}

errors_without_a_status!(io::Error, Utf8Error, Box<dyn error::Error>);

/// Classifies a body with a status behind it by that status.
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
