//! State that all handlers share.

use std::{path::Path, sync::Arc};

use crate::{
    faults::{Dice, Faults},
    payment::Acquirer,
    store::{Carts, Database, Orders, Products, Stock, StoreError},
};

/// State that handlers need, cheap to clone.
#[derive(Clone)]
pub(crate) struct Shop {
    pub(crate) products: Products,
    pub(crate) carts: Carts,
    pub(crate) stock: Stock,
    pub(crate) orders: Orders,
    pub(crate) acquirer: Arc<Acquirer>,
    pub(crate) panics: Arc<Dice>,
}

impl Shop {
    /// Opens a shop with full shelves, and its database in `folder`.
    pub(crate) fn open(
        folder: &Path,
        shelf: u32,
        faults: &Faults,
        seed: u64,
    ) -> Result<Self, StoreError> {
        let database = Database::open(folder, shelf, seed)?;
        let dice = faults.dice(seed);
        Ok(Self {
            products: Products::new(database.clone(), dice.slow_queries),
            carts: Carts::new(database.clone()),
            stock: Stock::new(database.clone(), shelf),
            orders: Orders::new(database),
            panics: Arc::new(dice.panics),
            acquirer: Arc::new(Acquirer {
                failures: dice.payment_failures,
                hangs: dice.payment_timeouts,
                retries: dice.payment_retries,
                declines: dice.declines,
                distance: dice.distance,
                patience: dice.patience,
            }),
        })
    }
}
