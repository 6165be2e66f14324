//! Definitions of the tables, and the products of a new shop.

use fastrand::Rng;
use rusqlite::{Connection, params};

/// Number of different products.
const PRODUCTS: u32 = 2_000;

const TABLES: &str = "
    CREATE TABLE products (
        id          INTEGER PRIMARY KEY,
        category    TEXT    NOT NULL,
        name        TEXT    NOT NULL,
        description TEXT    NOT NULL,
        price       INTEGER NOT NULL,
        stock       INTEGER NOT NULL CHECK (stock >= 0)
    );
    CREATE INDEX products_by_category ON products (category, id);
    CREATE TABLE carts (
        id INTEGER PRIMARY KEY
    );
    CREATE TABLE lines (
        cart     INTEGER NOT NULL REFERENCES carts ON DELETE CASCADE,
        product  INTEGER NOT NULL REFERENCES products,
        quantity INTEGER NOT NULL CHECK (quantity > 0),
        PRIMARY KEY (cart, product)
    ) WITHOUT ROWID;
    CREATE TABLE orders (
        id              INTEGER PRIMARY KEY,
        total           INTEGER NOT NULL,
        authorization   INTEGER NOT NULL,
        content         TEXT    NOT NULL
    );
";

const MATERIALS: [&str; 12] = [
    "oak", "walnut", "steel", "copper", "linen", "wool", "glass", "marble", "bamboo", "leather",
    "ceramic", "cork",
];
const THINGS: [&str; 16] = [
    "lamp", "chair", "table", "shelf", "bowl", "mug", "blanket", "cushion", "mirror", "clock",
    "vase", "basket", "kettle", "tray", "stool", "rug",
];

/// Creates the tables and inserts the products, `shelf` pieces of each.
pub(super) fn create(connection: &mut Connection, shelf: u32, seed: u64) -> rusqlite::Result<()> {
    let mut rng = Rng::with_seed(seed);
    let mut any = |words: &[&'static str]| words[rng.usize(..words.len())];
    let transaction = connection.transaction()?;
    transaction.execute_batch(TABLES)?;
    let mut insert = transaction.prepare("INSERT INTO products VALUES (?1, ?2, ?3, ?4, ?5, ?6)")?;
    for id in 1..=PRODUCTS {
        let (material, thing) = (any(&MATERIALS), any(&THINGS));
        let name = format!("{material} {thing} no. {id}");
        let description = format!(
            "A {thing} of {material}, made to stand beside a {} of {} or a {} of {}, and to \
             outlive both of them by a generation.",
            any(&THINGS),
            any(&MATERIALS),
            any(&THINGS),
            any(&MATERIALS),
        );
        let price = 490 + i64::from(id * 7919 % 9_500);
        insert.execute(params![id, thing, name, description, price, shelf])?;
    }
    drop(insert);
    transaction.commit()
}
