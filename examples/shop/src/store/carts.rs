//! Database tables of carts and of the items in them.

use autometrics::instrument_fn;
use rusqlite::{OptionalExtension as _, params};
use serde::Serialize;

use super::{Cents, Database, ProductId, StoreError};

pub(crate) type CartId = i64;

#[derive(Clone, Debug, Serialize)]
pub(crate) struct Cart {
    pub(crate) id: CartId,
    pub(crate) lines: Vec<Line>,
}

/// A product in a cart, with its quantity.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Line {
    pub(crate) product: ProductId,
    pub(crate) name: String,
    pub(crate) price: Cents,
    pub(crate) quantity: u32,
}

/// Table of carts that are not paid yet.
#[derive(Clone)]
pub(crate) struct Carts {
    database: Database,
}

#[instrument_fn(span)]
impl Carts {
    #[skip]
    pub(crate) fn new(database: Database) -> Self {
        Self { database }
    }

    pub(crate) async fn open(&self) -> Result<CartId, StoreError> {
        self.database
            .run(|connection| {
                connection.execute("INSERT INTO carts DEFAULT VALUES", [])?;
                Ok(connection.last_insert_rowid())
            })
            .await
    }

    /// Adds items to a cart. Returns `false` if there is no such cart.
    pub(crate) async fn add(
        &self,
        cart: CartId,
        product: ProductId,
        quantity: u32,
    ) -> Result<bool, StoreError> {
        const ADD: &str = "INSERT INTO lines (cart, product, quantity)
             SELECT id, ?2, ?3 FROM carts WHERE id = ?1
             ON CONFLICT DO UPDATE SET quantity = quantity + excluded.quantity";
        self.database
            .run(move |connection| {
                let added = connection
                    .prepare_cached(ADD)?
                    .execute(params![cart, product, quantity])?;
                Ok(added > 0)
            })
            .await
    }

    pub(crate) async fn load(&self, id: CartId) -> Result<Option<Cart>, StoreError> {
        const LINES: &str = "SELECT product, name, price, quantity
             FROM lines JOIN products ON products.id = product
             WHERE cart = ?1 ORDER BY product";
        self.database
            .run(move |connection| {
                let known = connection
                    .prepare_cached("SELECT 1 FROM carts WHERE id = ?1")?
                    .query_row([id], |_| Ok(()))
                    .optional()?;
                if known.is_none() {
                    return Ok(None);
                }
                let lines = connection
                    .prepare_cached(LINES)?
                    .query_map([id], |row| {
                        Ok(Line {
                            product: row.get(0)?,
                            name: row.get(1)?,
                            price: row.get(2)?,
                            quantity: row.get(3)?,
                        })
                    })?
                    .collect::<Result<_, _>>()?;
                Ok(Some(Cart { id, lines }))
            })
            .await
    }
}
