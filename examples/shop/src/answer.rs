//! What a handler answers, and which answers are the shop's own failures.

use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;
use thiserror::Error;

use crate::store::{ProductId, StoreError};

/// The outer `Err` is what the shop failed at (5xx), and all that counts
/// against an objective. A customer who is refused for a reason (4xx) was
/// served: that is the inner `Err`.
pub(crate) type Answer<T> = Result<Result<T, Refusal>, Failure>;

/// Why a customer does not get what they asked for.
#[derive(Debug, Error)]
pub(crate) enum Refusal {
    #[error("there is no such thing here")]
    NotFound,
    #[error("the cart is empty")]
    EmptyCart,
    #[error("that is not the number of a card")]
    BadCard,
    #[error("the card was declined")]
    Declined,
    #[error("product {0} is sold out")]
    SoldOut(ProductId),
}

/// What the shop failed at.
#[derive(Debug, Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("payments are not possible at the moment")]
    Payment,
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let status = match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::EmptyCart | Self::SoldOut(_) => StatusCode::CONFLICT,
            Self::BadCard => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Declined => StatusCode::PAYMENT_REQUIRED,
        };
        (status, Json(json!({ "refused": self.to_string() }))).into_response()
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let status = match self {
            Self::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Payment => StatusCode::SERVICE_UNAVAILABLE,
        };
        (status, Json(json!({ "failed": self.to_string() }))).into_response()
    }
}
