//! Database table of the products.

use std::sync::Arc;

use autometrics::instrument_fn;
use rusqlite::{OptionalExtension as _, Row, params};
use serde::{Deserialize, Serialize};

use super::{Cents, Database, StoreError};
use crate::faults::Dice;

pub(crate) type ProductId = u32;

const PAGE: u32 = 20;

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(crate) struct Product {
    pub(crate) id: ProductId,
    pub(crate) category: String,
    pub(crate) name: String,
    pub(crate) price: Cents,
    pub(crate) stock: u32,
}

/// Table of products that are sold.
#[derive(Clone)]
pub(crate) struct Products {
    database: Database,
    slow: Arc<Dice>,
}

#[instrument_fn(span)]
impl Products {
    #[skip]
    pub(crate) fn new(database: Database, slow: Dice) -> Self {
        Self {
            database,
            slow: Arc::new(slow),
        }
    }

    pub(crate) async fn page(&self, page: u32) -> Result<Vec<Product>, StoreError> {
        const PAGE_OF_PRODUCTS: &str = "SELECT id, category, name, price, stock FROM products
             ORDER BY id LIMIT ?1 OFFSET ?2";
        self.database
            .run(move |connection| {
                connection
                    .prepare_cached(PAGE_OF_PRODUCTS)?
                    .query_map(params![PAGE, page.saturating_mul(PAGE)], product)?
                    .collect()
            })
            .await
    }

    pub(crate) async fn find(&self, id: ProductId) -> Result<Option<Product>, StoreError> {
        const PRODUCT: &str = "SELECT id, category, name, price, stock FROM products WHERE id = ?1";
        self.database
            .run(move |connection| {
                connection
                    .prepare_cached(PRODUCT)?
                    .query_row([id], product)
                    .optional()
            })
            .await
    }

    pub(crate) async fn similar(&self, to: &Product) -> Result<Vec<Product>, StoreError> {
        const SIMILAR: &str = "SELECT id, category, name, price, stock FROM products
             WHERE category = ?1 AND id > ?2 LIMIT 4";
        let (category, id) = (to.category.clone(), to.id);
        self.database
            .run(move |connection| {
                connection
                    .prepare_cached(SIMILAR)?
                    .query_map(params![category, id], product)?
                    .collect()
            })
            .await
    }

    #[instrument_fn(events(fields(%word), slower_than = "20ms"))]
    pub(crate) async fn search(&self, word: String) -> Result<Vec<Product>, StoreError> {
        const BY_NAME: &str = "SELECT id, category, name, price, stock FROM products
             WHERE name LIKE '%' || ?1 || '%' LIMIT 20";
        // Ranked by the number of cheaper products that mention the word, for which no index can be
        // used.
        const BY_MENTIONS: &str = "SELECT id, category, name, price, stock FROM products p
             WHERE name LIKE '%' || ?1 || '%'
             ORDER BY (SELECT count(*) FROM products q
                       WHERE q.price < p.price AND q.description LIKE '%' || ?1 || '%') DESC
             LIMIT 20";
        let query = if self.slow.hit() {
            BY_MENTIONS
        } else {
            BY_NAME
        };
        self.database
            .run(move |connection| {
                connection
                    .prepare_cached(query)?
                    .query_map([word], product)?
                    .collect()
            })
            .await
    }
}

fn product(row: &Row<'_>) -> rusqlite::Result<Product> {
    Ok(Product {
        id: row.get(0)?,
        category: row.get(1)?,
        name: row.get(2)?,
        price: row.get(3)?,
        stock: row.get(4)?,
    })
}
