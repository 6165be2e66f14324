//! Customers: a load generator that sends HTTP requests to a shop, and counts replies.

mod client;
mod report;
mod visit;

use std::{net::SocketAddr, sync::Arc, time::Duration};

use fastrand::Rng;
use tokio::{
    sync::Mutex,
    task::JoinSet,
    time::{Interval, MissedTickBehavior, interval},
};

pub(crate) use self::report::{Report, Route, Tally};
use self::{client::Client, visit::Visitor};
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

/// A clock for all customers, with a tick for each request that may be sent.
#[derive(Debug)]
struct Pace(Option<Mutex<Interval>>);

impl Pace {
    fn new(rps: f64) -> Self {
        if rps <= 0.0 {
            return Self(None);
        }
        let mut ticks = interval(Duration::from_secs_f64(1.0 / rps));
        // Catches up after short delays, so that the mean rate is the requested one.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        Self(Some(Mutex::new(ticks)))
    }

    async fn wait(&self) {
        if let Some(ticks) = &self.0 {
            ticks.lock().await.tick().await;
        }
    }
}
