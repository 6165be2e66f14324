//! Customers: a load generator that talks HTTP to a shop, and counts.

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

/// Who comes, and how often.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Plan {
    /// The shop.
    pub(crate) target: SocketAddr,
    /// Requests per second, all clients together; 0 is as fast as they get answers.
    pub(crate) rps: f64,
    /// How many customers there are at once.
    pub(crate) clients: u32,
    /// How many requests they send in all; without end otherwise.
    pub(crate) requests: Option<u64>,
    pub(crate) seed: u64,
}

/// Sends customers until all requests are sent and answered, or until `stop`.
pub(crate) async fn run(plan: Plan, tally: Arc<Tally>, stop: Stop) {
    let pace = Arc::new(Pace::new(plan.rps));
    let client = Client::new(plan.target, tally);
    let mut customers = JoinSet::new();
    for number in 0..u64::from(plan.clients) {
        // A share of their own, so that what a customer does follows from the
        // seed and not from how fast the others are.
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

/// Hands out the moments at which a request may be sent.
#[derive(Debug)]
struct Pace(Option<Mutex<Interval>>);

impl Pace {
    fn new(rps: f64) -> Self {
        if rps <= 0.0 {
            return Self(None);
        }
        let mut ticks = interval(Duration::from_secs_f64(1.0 / rps));
        // Short delays are caught up with, so that the rate is the one asked for.
        ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
        Self(Some(Mutex::new(ticks)))
    }

    async fn wait(&self) {
        if let Some(ticks) = &self.0 {
            ticks.lock().await.tick().await;
        }
    }
}
