//! Turning a cart into an order: reserve, charge, record.

use autometrics::instrument_fn;
use axum::{
    Json,
    extract::{Path, State},
};
use serde::{Deserialize, Serialize};

use crate::{
    answer::{Answer, Failure, Refusal},
    cart::price,
    objectives::CHECKOUT,
    payment::{Card, PaymentError, charge},
    shop::Shop,
    store::{CartId, Cents, OrderId, StockError},
};

#[derive(Debug, Deserialize)]
pub(crate) struct Payment {
    /// The number as it was typed.
    card: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct Receipt {
    order: OrderId,
    total: Cents,
}

/// `POST /carts/{id}/checkout`
#[instrument_fn(track_concurrency)]
pub(crate) async fn check_out(
    State(shop): State<Shop>,
    Path(cart): Path<CartId>,
    Json(payment): Json<Payment>,
) -> Answer<Json<Receipt>> {
    let placed = place_order(&shop, cart, &payment.card).await?;
    Ok(placed.map(Json))
}

/// Places the order, or says why it can't be had.
#[instrument_fn(objective = CHECKOUT)]
async fn place_order(shop: &Shop, cart: CartId, card: &str) -> Answer<Receipt> {
    let Some(cart) = shop.carts.load(cart).await? else {
        return Ok(Err(Refusal::NotFound));
    };
    if cart.lines.is_empty() {
        return Ok(Err(Refusal::EmptyCart));
    }
    let Ok(card) = Card::read(card) else {
        return Ok(Err(Refusal::BadCard));
    };
    let total = price(&cart);
    match shop.stock.reserve(&cart).await {
        Ok(()) => {}
        Err(StockError::SoldOut(product)) => {
            // Too late for this customer, but the next one finds it.
            shop.stock.reorder(product).await?;
            return Ok(Err(Refusal::SoldOut(product)));
        }
        Err(StockError::Store(error)) => return Err(error.into()),
    }
    let refused = match charge(&shop.acquirer, &card, total).await {
        Ok(authorization) => {
            let order = shop.orders.record(&cart, total, authorization).await?;
            return Ok(Ok(Receipt { order, total }));
        }
        Err(PaymentError::Declined) => Ok(Err(Refusal::Declined)),
        Err(PaymentError::Unavailable) => Err(Failure::Payment),
    };
    shop.stock.release(&cart).await?;
    refused
}
