//! Turns a cart into an order: reserve, charge, record.

use autometrics::instrument_fn;
use axum::{
    Json,
    extract::{Path, State},
};
use serde::{Deserialize, Serialize};

use crate::{
    answer::{Answer, Problem},
    cart::price,
    objectives::CHECKOUT,
    payment::{Card, charge},
    shop::Shop,
    store::{CartId, Cents, OrderId, StockError},
};

#[derive(Debug, Deserialize)]
pub(crate) struct Payment {
    /// The card's number as the customer typed it.
    card: String,
}

#[derive(Debug, Serialize)]
pub(crate) struct Receipt {
    order: OrderId,
    total: Cents,
}

/// `POST /carts/{id}/checkout`
#[instrument_fn(track_concurrency, span)]
pub(crate) async fn check_out(
    State(shop): State<Shop>,
    Path(cart): Path<CartId>,
    Json(payment): Json<Payment>,
) -> Answer<Json<Receipt>> {
    place_order(&shop, cart, &payment.card).await.map(Json)
}

/// Places the order, or returns the reason why it is impossible.
#[instrument_fn(objective = CHECKOUT, span, events(fields(cart)))]
async fn place_order(shop: &Shop, cart: CartId, card: &str) -> Answer<Receipt> {
    let cart = shop.carts.load(cart).await?.ok_or(Problem::NotFound)?;
    if cart.lines.is_empty() {
        return Err(Problem::EmptyCart);
    }
    let card = Card::read(card)?;
    let total = price(&cart);
    match shop.stock.reserve(&cart).await {
        Ok(()) => {}
        Err(StockError::SoldOut(product)) => {
            // Too late for this customer, but in time for the next one.
            shop.stock.reorder(product).await?;
            return Err(Problem::SoldOut(product));
        }
        Err(StockError::Store(error)) => return Err(error.into()),
    }
    match charge(&shop.acquirer, &card, total).await {
        Ok(authorization) => {
            let order = shop.orders.record(&cart, total, authorization).await?;
            Ok(Receipt { order, total })
        }
        Err(error) => {
            shop.stock.release(&cart).await?;
            Err(error.into())
        }
    }
}
