//! Carts: handlers that open, fill, show and price them.

use autometrics::instrument_fn;
use axum::{
    Json,
    extract::{Path, State},
};
use serde::{Deserialize, Serialize};

use crate::{
    answer::{Answer, Problem},
    shop::Shop,
    store::{Cart, CartId, Cents, Product, ProductId},
};

#[derive(Debug, Serialize)]
pub(crate) struct Opened {
    id: CartId,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Item {
    product: ProductId,
    quantity: u32,
}

/// A cart as the customer sees it.
#[derive(Debug, Serialize)]
pub(crate) struct Priced {
    cart: Cart,
    total: Cents,
}

/// `POST /carts`
#[instrument_fn(span)]
pub(crate) async fn open_cart(State(shop): State<Shop>) -> Answer<Json<Opened>> {
    let id = shop.carts.open().await?;
    Ok(Json(Opened { id }))
}

/// `GET /carts/{id}`
#[instrument_fn(span)]
pub(crate) async fn show_cart(
    State(shop): State<Shop>,
    Path(id): Path<CartId>,
) -> Answer<Json<Priced>> {
    let cart = shop.carts.load(id).await?.ok_or(Problem::NotFound)?;
    let total = price(&cart);
    Ok(Json(Priced { cart, total }))
}

/// `POST /carts/{id}/items`
#[instrument_fn(span)]
pub(crate) async fn add_to_cart(
    State(shop): State<Shop>,
    Path(id): Path<CartId>,
    Json(item): Json<Item>,
) -> Answer<Json<Product>> {
    let product = shop.products.find(item.product).await?;
    let product = product.ok_or(Problem::NotFound)?;
    if !shop.carts.add(id, item.product, item.quantity).await? {
        return Err(Problem::NotFound);
    }
    Ok(Json(product))
}

/// Returns the cart's price: four items of a kind cost as much as three.
#[instrument_fn(span)]
pub(crate) fn price(cart: &Cart) -> Cents {
    cart.lines
        .iter()
        .map(|line| line.price * Cents::from(line.quantity - line.quantity / 4))
        .sum()
}
