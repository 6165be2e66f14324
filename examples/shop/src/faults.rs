//! What goes wrong, how often, and when: decided by dice that a seed makes fair
//! and repeatable.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use clap::Args;
use fastrand::Rng;

use crate::cli::seconds;

/// How often things go wrong, as shares between 0 and 1.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "What goes wrong (shares between 0 and 1)")]
pub(crate) struct Faults {
    /// Payments that the acquirer fails; the shop tries up to three times
    #[arg(long, value_name = "SHARE", default_value_t = 0.02, value_parser = share)]
    #[arg(env = "SHOP_PAYMENT_FAILURES", hide_env = true)]
    pub(crate) payment_failures: f64,

    /// Payments that it never answers; the shop waits 120 ms, then tries again
    #[arg(long, value_name = "SHARE", default_value_t = 0.003, value_parser = share)]
    #[arg(env = "SHOP_PAYMENT_TIMEOUTS", hide_env = true)]
    pub(crate) payment_timeouts: f64,

    /// Cards that are declined, which is nobody's failure
    #[arg(long, value_name = "SHARE", default_value_t = 0.04, value_parser = share)]
    #[arg(env = "SHOP_DECLINES", hide_env = true)]
    pub(crate) declines: f64,

    /// Searches that the database answers without an index
    #[arg(long, value_name = "SHARE", default_value_t = 0.02, value_parser = share)]
    #[arg(env = "SHOP_SLOW_QUERIES", hide_env = true)]
    pub(crate) slow_queries: f64,

    /// Product pages that panic
    #[arg(long, value_name = "SHARE", default_value_t = 0.001, value_parser = share)]
    #[arg(env = "SHOP_PANICS", hide_env = true)]
    pub(crate) panics: f64,

    /// Nothing of this goes wrong in the first so many seconds
    #[arg(long = "faults-after", value_name = "SECONDS", default_value = "0", value_parser = seconds)]
    #[arg(env = "SHOP_FAULTS_AFTER", hide_env = true)]
    pub(crate) after: Duration,
}

/// One thing that goes wrong now and then.
///
/// Each has dice of its own, so with one seed the same number of the first
/// thousand throws hit, whichever requests they belong to.
#[derive(Debug)]
pub(crate) struct Dice {
    share: f64,
    /// Before this they hit nothing.
    from: Instant,
    rng: Mutex<Rng>,
}

impl Dice {
    /// Dice that hit this share of the throws. `name` keeps them apart from
    /// other dice with the same seed.
    pub(crate) fn new(share: f64, seed: u64, name: &str) -> Self {
        let own = name.bytes().fold(seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self {
            share,
            from: Instant::now(),
            rng: Mutex::new(Rng::with_seed(own)),
        }
    }

    /// These dice, which hit nothing for a while.
    pub(crate) fn after(mut self, pause: Duration) -> Self {
        self.from += pause;
        self
    }

    /// Whether it goes wrong this time.
    pub(crate) fn hit(&self) -> bool {
        // Thrown all the same, so that what is to come does not depend on when.
        self.throw() < self.share && Instant::now() >= self.from
    }

    /// A number between 0 and 1.
    pub(crate) fn throw(&self) -> f64 {
        self.rng
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .f64()
    }
}

fn share(text: &str) -> Result<f64, String> {
    text.parse()
        .ok()
        .filter(|share| (0.0..=1.0).contains(share))
        .ok_or_else(|| "expected a share between 0 and 1, such as 0.02".into())
}
