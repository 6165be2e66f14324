//! Database table of orders.

use autometrics::instrument_fn;
use rusqlite::{TransactionBehavior, params};

use super::{Cart, Cents, Database, StoreError};
use crate::payment::Authorization;

pub(crate) type OrderId = i64;

/// Table of paid orders.
#[derive(Clone)]
pub(crate) struct Orders {
    database: Database,
}

#[instrument_fn(span)]
impl Orders {
    #[skip]
    pub(crate) fn new(database: Database) -> Self {
        Self { database }
    }

    /// Inserts the order and deletes the cart, both or neither.
    pub(crate) async fn record(
        &self,
        cart: &Cart,
        total: Cents,
        Authorization(authorization): Authorization,
    ) -> Result<OrderId, StoreError> {
        const INSERT: &str =
            "INSERT INTO orders (total, authorization, content) VALUES (?1, ?2, ?3)";
        let cart_id = cart.id;
        let names: Vec<_> = cart
            .lines
            .iter()
            .map(|line| format!("{} × {}", line.quantity, line.name))
            .collect();
        let content = names.join(", ");
        self.database
            .run(move |connection| {
                let transaction =
                    connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
                transaction.execute(INSERT, params![total, authorization, content])?;
                let order = transaction.last_insert_rowid();
                transaction.execute("DELETE FROM carts WHERE id = ?1", [cart_id])?;
                transaction.commit()?;
                Ok(order)
            })
            .await
    }
}
