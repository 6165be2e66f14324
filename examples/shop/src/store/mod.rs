//! The shop's database: an SQLite file, and its tables.

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

/// An amount of money in cents, as an SQLite integer.
pub(crate) type Cents = i64;

/// An error of the database.
#[derive(Debug, Error, ResultLabels)]
#[label(error = "database_failed")]
#[error("the database failed: {0}")]
pub(crate) struct StoreError(#[from] rusqlite::Error);
