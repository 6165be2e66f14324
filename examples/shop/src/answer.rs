//! Responses of handlers, and the problems that count as failures of the shop.

use autometrics::ResultLabels;
use axum::{
    Json,
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::json;
use thiserror::Error;

use crate::{
    payment::{BadCard, PaymentError},
    store::{ProductId, StoreError},
};

pub(crate) type Answer<T> = Result<T, Problem>;

/// Reason why a customer does not get what they asked for.
///
/// A request that is refused for a reason (4xx) was served, and is good for an objective. A request
/// that the shop fails at (5xx) is bad.
#[derive(Debug, Error, ResultLabels)]
#[label(result = "ok")]
pub(crate) enum Problem {
    #[error("there is no such thing here")]
    NotFound,
    #[error("the cart is empty")]
    EmptyCart,
    #[error(transparent)]
    BadCard(#[from] BadCard),
    #[error("the card was declined")]
    Declined,
    #[error("product {0} is sold out")]
    SoldOut(ProductId),
    #[error("payments are not possible at the moment")]
    #[label(error = "payment_impossible")]
    Payment,
    #[error(transparent)]
    #[label(transparent)]
    Store(#[from] StoreError),
}

impl From<PaymentError> for Problem {
    fn from(error: PaymentError) -> Self {
        match error {
            PaymentError::Declined => Self::Declined,
            PaymentError::Unavailable => Self::Payment,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = match self {
            Self::NotFound => StatusCode::NOT_FOUND,
            Self::EmptyCart | Self::SoldOut(_) => StatusCode::CONFLICT,
            Self::BadCard(_) => StatusCode::UNPROCESSABLE_ENTITY,
            Self::Declined => StatusCode::PAYMENT_REQUIRED,
            Self::Payment => StatusCode::SERVICE_UNAVAILABLE,
            Self::Store(_) => StatusCode::INTERNAL_SERVER_ERROR,
        };
        (status, Json(json!({ "problem": self.to_string() }))).into_response()
    }
}
