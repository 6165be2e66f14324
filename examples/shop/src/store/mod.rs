//! The shop's database: SQLite in a file, and what is kept in it.

mod carts;
mod database;
mod orders;
mod products;
mod schema;
mod stock;

use autometrics::ResultLabels;
use thiserror::Error;

pub(crate) use self::{
    carts::{Cart, CartId, Carts},
    database::Database,
    orders::{OrderId, Orders},
    products::{Product, ProductId, Products},
    stock::{Stock, StockError},
};

/// Money, as SQLite keeps numbers.
pub(crate) type Cents = i64;

/// The database did not do what it was asked to.
#[derive(Debug, Error, ResultLabels)]
#[label(error = "database_failed")]
#[error("the database failed: {0}")]
pub(crate) struct StoreError(#[from] rusqlite::Error);
