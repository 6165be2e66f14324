//! Pieces of each product on the shelf, and those set aside for carts.

use autometrics::{ResultLabels, instrument_fn};
use rusqlite::{TransactionBehavior, params};
use thiserror::Error;

use super::{Cart, Database, ProductId, StoreError};

/// Reason why a cart could not be reserved.
#[derive(Debug, Error, ResultLabels)]
pub(crate) enum StockError {
    #[error("product {0} is sold out")]
    #[label(error = "sold_out")]
    SoldOut(ProductId),
    #[error(transparent)]
    #[label(transparent)]
    Store(#[from] StoreError),
}

/// Stock of all products.
#[derive(Clone)]
pub(crate) struct Stock {
    database: Database,
    shelf: u32,
}

#[instrument_fn(span)]
impl Stock {
    /// `shelf` is the number of pieces of each product that fit on the shelf.
    #[skip]
    pub(crate) fn new(database: Database, shelf: u32) -> Self {
        Self { database, shelf }
    }

    /// Reserves all items of the cart, or none.
    pub(crate) async fn reserve(&self, cart: &Cart) -> Result<(), StockError> {
        const TAKE: &str = "UPDATE products SET stock = stock - ?2 WHERE id = ?1 AND stock >= ?2";
        let lines = cart.lines.clone();
        let missing = self
            .database
            .run(move |connection| {
                // Takes the write lock at the start: two transactions that took it later would fail
                // each other.
                let transaction =
                    connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
                for line in lines {
                    let taken = transaction
                        .prepare_cached(TAKE)?
                        .execute(params![line.product, line.quantity])?;
                    if taken == 0 {
                        return Ok(Some(line.product));
                    }
                }
                transaction.commit()?;
                Ok(None)
            })
            .await?;
        missing.map_or(Ok(()), |product| Err(StockError::SoldOut(product)))
    }

    /// Returns reserved items to the shelf, for a cart that was not paid.
    pub(crate) async fn release(&self, cart: &Cart) -> Result<(), StoreError> {
        const RETURN: &str = "UPDATE products SET stock = stock + ?2 WHERE id = ?1";
        let lines = cart.lines.clone();
        self.database
            .run(move |connection| {
                let transaction =
                    connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
                for line in lines {
                    transaction
                        .prepare_cached(RETURN)?
                        .execute(params![line.product, line.quantity])?;
                }
                transaction.commit()
            })
            .await
    }

    /// Fills the shelf with a product again.
    pub(crate) async fn reorder(&self, product: ProductId) -> Result<(), StoreError> {
        let shelf = self.shelf;
        self.database
            .run(move |connection| {
                let filled = "UPDATE products SET stock = ?2 WHERE id = ?1";
                connection.execute(filled, params![product, shelf])?;
                Ok(())
            })
            .await
    }
}
