//! Customers: a load generator that sends HTTP requests to a shop, and counts replies.

mod client;
mod pace;
mod report;
mod visit;

use std::{net::SocketAddr, sync::Arc};

use fastrand::Rng;
use tokio::task::JoinSet;

pub(crate) use self::report::{Report, Route, Tally};
use self::{client::Client, pace::Pace, visit::Visitor};
use crate::stop::Stop;

/// Number and rate of customers and their requests.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// Address of the shop.
    pub(crate) target: SocketAddr,
    /// Requests per second of all customers together; 0 is without a limit.
    pub(crate) rps: f64,
    /// Number of customers at the same time.
    pub(crate) clients: u32,
    /// Number of requests of all customers together; `None` is without end.
    pub(crate) requests: Option<u64>,
    pub(crate) seed: u64,
}

/// Runs customers until all requests are sent and answered, or until `stop`.
pub(crate) async fn run(plan: Plan, tally: Arc<Tally>, stop: Stop) {
    let pace = Arc::new(Pace::new(plan.rps));
    let client = Client::new(plan.target, tally);
    let mut customers = JoinSet::new();
    for number in 0..u64::from(plan.clients) {
        // Each customer has a share of its own, so that its requests depend on the seed and not on
        // how fast the others are.
        let share = plan.requests.map(|all| {
            let clients = u64::from(plan.clients);
            all / clients + u64::from(number < all % clients)
        });
        let visitor = Visitor {
            client: client.clone(),
            pace: Arc::clone(&pace),
            rng: Rng::with_seed(plan.seed.wrapping_mul(1_000_003).wrapping_add(number)),
            left: share.unwrap_or(u64::MAX),
            stop: stop.clone(),
        };
        customers.spawn(visitor.come_and_go());
    }
    customers.join_all().await;
}
