//! Visits of customers: they browse, search, fill a cart, and sometimes pay.

use std::{sync::Arc, time::Duration};

use fastrand::Rng;
use serde_json::{Value, json};
use tokio::time::sleep;

use super::{Route, client::Client, pace::Pace};
use crate::stop::Stop;

const WORDS: [&str; 8] = [
    "lamp",
    "oak",
    "blanket",
    "walnut table",
    "clock",
    "wool",
    "red mug",
    "unicorn",
];
/// A card number with a valid check digit, and one with a typing error.
const CARDS: [&str; 2] = ["4111111111111111", "4111111111111171"];

/// A customer, with one visit after the other.
pub(super) struct Visitor {
    pub(super) client: Client,
    pub(super) pace: Arc<Pace>,
    pub(super) rng: Rng,
    /// Number of requests that this customer may still send.
    pub(super) left: u64,
    pub(super) stop: Stop,
}

/// Reason why a customer leaves in the middle of a visit.
enum Leave {
    /// There was no reply, so the visit can't go on. The next visit follows after a pause.
    Disappointed,
    /// The last request was sent, or the program stops.
    ForGood,
}

impl Visitor {
    pub(super) async fn come_and_go(mut self) {
        loop {
            match self.visit().await {
                Ok(()) => {}
                Err(Leave::Disappointed) => sleep(Duration::from_millis(100)).await,
                Err(Leave::ForGood) => return,
            }
        }
    }

    async fn visit(&mut self) -> Result<(), Leave> {
        let page = self.rng.u32(0..5);
        let products = self
            .send(Route::Browse, &format!("/products?page={page}"), None)
            .await?;
        for _ in 0..self.rng.u32(0..4) {
            if self.chance(0.35) {
                self.search().await?;
            } else {
                let id = self.pick(&products);
                self.send(Route::View, &format!("/products/{id}"), None)
                    .await?;
            }
        }
        if self.chance(0.45) {
            self.shop(&products).await?;
        }
        Ok(())
    }

    async fn search(&mut self) -> Result<(), Leave> {
        let word = WORDS[self.rng.usize(..WORDS.len())].replace(' ', "+");
        self.send(Route::Search, &format!("/search?q={word}"), None)
            .await?;
        Ok(())
    }

    async fn shop(&mut self, products: &Value) -> Result<(), Leave> {
        let cart = self.send(Route::OpenCart, "/carts", None).await?;
        let Some(cart) = cart["id"].as_i64() else {
            return Ok(());
        };
        let cart = format!("/carts/{cart}");
        // Three carts in a hundred stay empty, even at the checkout.
        let items = if self.chance(0.03) {
            0
        } else {
            self.rng.u32(1..4)
        };
        for _ in 0..items {
            let (product, quantity) = (self.pick(products), self.rng.u32(1..3));
            let item = json!({ "product": product, "quantity": quantity });
            self.send(Route::AddToCart, &format!("{cart}/items"), Some(item))
                .await?;
        }
        if self.chance(0.5) {
            self.send(Route::ShowCart, &cart, None).await?;
        }
        if self.chance(0.7) {
            let card = CARDS[usize::from(self.chance(0.03))];
            let payment = json!({ "card": card });
            self.send(Route::CheckOut, &format!("{cart}/checkout"), Some(payment))
                .await?;
        }
        Ok(())
    }

    /// Returns the id of a product on the page, more often one of the first. In 2 % of calls it is
    /// the id of a product that does not exist.
    fn pick(&mut self, products: &Value) -> u64 {
        let products = products.as_array().map_or(&[][..], Vec::as_slice);
        if products.is_empty() || self.chance(0.02) {
            return 999_999;
        }
        let at = self
            .rng
            .usize(..products.len())
            .min(self.rng.usize(..products.len()));
        products[at]["id"].as_u64().unwrap_or(999_999)
    }

    fn chance(&mut self, share: f64) -> bool {
        self.rng.f64() < share
    }

    async fn send(
        &mut self,
        route: Route,
        path: &str,
        body: Option<Value>,
    ) -> Result<Value, Leave> {
        if self.left == 0 {
            return Err(Leave::ForGood);
        }
        tokio::select! {
            () = self.pace.wait() => {}
            () = self.stop.requested() => {}
        }
        if self.stop.is_requested() {
            return Err(Leave::ForGood);
        }
        self.left -= 1;
        let reply = self.client.send(route, path, body).await;
        reply.ok_or(Leave::Disappointed)
    }
}
