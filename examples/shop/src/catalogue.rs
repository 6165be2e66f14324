//! Handlers for browsing, searching and viewing products.

use autometrics::instrument_fn;
use axum::{
    Json,
    extract::{Path, Query, State},
};
use serde::{Deserialize, Serialize};

use crate::{
    answer::{Answer, Problem},
    objectives::CATALOGUE,
    shop::Shop,
    store::{Product, ProductId, StoreError},
};

#[derive(Debug, Deserialize)]
pub(crate) struct Browse {
    #[serde(default)]
    page: u32,
}

#[derive(Debug, Deserialize)]
pub(crate) struct Search {
    #[serde(default)]
    q: String,
}

/// A product, with other products that the customer may like.
#[derive(Debug, Serialize)]
pub(crate) struct ProductPage {
    product: Product,
    featured: Option<Product>,
    similar: Vec<Product>,
}

/// `GET /products?page=…`
#[instrument_fn(objective = CATALOGUE, span)]
pub(crate) async fn browse(
    State(shop): State<Shop>,
    Query(browse): Query<Browse>,
) -> Answer<Json<Vec<Product>>> {
    Ok(Json(shop.products.page(browse.page).await?))
}

/// `GET /search?q=…`
#[instrument_fn(objective = CATALOGUE, span)]
pub(crate) async fn search(
    State(shop): State<Shop>,
    Query(search): Query<Search>,
) -> Answer<Json<Vec<Product>>> {
    let Some(word) = search_word(&search.q) else {
        return Ok(Json(Vec::new()));
    };
    Ok(Json(shop.products.search(word).await?))
}

/// `GET /products/{id}`
#[instrument_fn(objective = CATALOGUE, span)]
pub(crate) async fn view(
    State(shop): State<Shop>,
    Path(id): Path<ProductId>,
) -> Answer<Json<ProductPage>> {
    let product = shop.products.find(id).await?;
    let product = product.ok_or(Problem::NotFound)?;
    let (featured, similar) = suggest(&shop, &product).await?;
    Ok(Json(ProductPage {
        product,
        featured,
        similar,
    }))
}

/// Returns the longest word of the input, which is the most specific one.
#[instrument_fn(span)]
fn search_word(typed: &str) -> Option<String> {
    typed
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .max_by_key(|word| word.len())
        .map(str::to_lowercase)
}

/// Returns similar products, and the one of them to feature.
#[instrument_fn(span)]
async fn suggest(
    shop: &Shop,
    product: &Product,
) -> Result<(Option<Product>, Vec<Product>), StoreError> {
    let similar = shop.products.similar(product).await?;
    if similar.is_empty() {
        return Ok((None, similar));
    }
    // A bug on purpose: now and then an index that is one too large. The server
    // catches the panic. It is counted as an error of this call and of its
    // caller.
    let at = if shop.panics.hit() { similar.len() } else { 0 };
    let featured = similar[at].clone();
    Ok((Some(featured), similar))
}
