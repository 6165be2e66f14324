//! Faults: what goes wrong, how often, and when. Dice decide, with a seed that makes them
//! repeatable.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use clap::Args;
use fastrand::Rng;

use crate::value_parsers::{seconds, share};

/// Default shares of faults.
const PAYMENT_FAILURES: f64 = 0.02;
const PAYMENT_TIMEOUTS: f64 = 0.003;
const PAYMENT_RETRIES: f64 = 0.0;
const DECLINES: f64 = 0.04;
const SLOW_QUERIES: f64 = 0.02;
const PANICS: f64 = 0.001;

/// Shares of faults, between 0 and 1.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Faults (shares between 0 and 1)")]
pub(crate) struct Faults {
    /// Payments that the acquirer fails; the shop tries up to three times
    #[arg(long, value_name = "SHARE", default_value_t = PAYMENT_FAILURES, value_parser = share)]
    #[arg(env = "SHOP_PAYMENT_FAILURES", hide_env = true)]
    pub(crate) payment_failures: f64,

    /// Payments that the acquirer never answers; the shop waits, then tries again
    #[arg(long, value_name = "SHARE", default_value_t = PAYMENT_TIMEOUTS, value_parser = share)]
    #[arg(env = "SHOP_PAYMENT_TIMEOUTS", hide_env = true)]
    pub(crate) payment_timeouts: f64,

    /// Timeout of a request to the acquirer
    #[arg(long, value_name = "SECONDS", default_value = "0.12", value_parser = seconds)]
    #[arg(env = "SHOP_PAYMENT_PATIENCE", hide_env = true)]
    pub(crate) payment_patience: Duration,

    /// Answers "ask again" of the acquirer; the shop asks at once, up to 20 times
    #[arg(long, value_name = "SHARE", default_value_t = PAYMENT_RETRIES, value_parser = share)]
    #[arg(env = "SHOP_PAYMENT_RETRIES", hide_env = true)]
    pub(crate) payment_retries: f64,

    /// Cards that are declined, which is no failure of the shop
    #[arg(long, value_name = "SHARE", default_value_t = DECLINES, value_parser = share)]
    #[arg(env = "SHOP_DECLINES", hide_env = true)]
    pub(crate) declines: f64,

    /// Searches that the database answers without an index
    #[arg(long, value_name = "SHARE", default_value_t = SLOW_QUERIES, value_parser = share)]
    #[arg(env = "SHOP_SLOW_QUERIES", hide_env = true)]
    pub(crate) slow_queries: f64,

    /// Product pages that panic
    #[arg(long, value_name = "SHARE", default_value_t = PANICS, value_parser = share)]
    #[arg(env = "SHOP_PANICS", hide_env = true)]
    pub(crate) panics: f64,

    /// Time at which these shares replace the defaults
    #[arg(long = "faults-after", value_name = "SECONDS", default_value = "0", value_parser = seconds)]
    #[arg(env = "SHOP_FAULTS_AFTER", hide_env = true)]
    pub(crate) after: Duration,

    /// Duration of these shares; afterwards the defaults apply again
    #[arg(long = "faults-for", value_name = "SECONDS", value_parser = seconds)]
    #[arg(env = "SHOP_FAULTS_FOR", hide_env = true)]
    pub(crate) lasting: Option<Duration>,
}

/// The dice of all faults.
#[derive(Debug)]
pub(crate) struct AllDice {
    pub(crate) payment_failures: Dice,
    pub(crate) payment_timeouts: Dice,
    pub(crate) payment_retries: Dice,
    pub(crate) declines: Dice,
    pub(crate) slow_queries: Dice,
    pub(crate) panics: Dice,
    /// Dice for the latency of the acquirer.
    pub(crate) distance: Dice,
    /// Longest wait for an answer of the acquirer.
    pub(crate) patience: Duration,
}

/// A fault that happens now and then.
///
/// Each fault has dice of its own. So with one seed the same number of the first thousand throws
/// hit, whatever requests they belong to.
#[derive(Debug)]
pub(crate) struct Dice {
    /// Share outside of `trouble`.
    usual: f64,
    share: f64,
    trouble: Trouble,
    rng: Mutex<Rng>,
}

/// The time span in which the shares differ from the defaults.
#[derive(Clone, Copy, Debug)]
struct Trouble {
    /// `None` if it is later than any program runs.
    from: Option<Instant>,
    /// `None` if it never ends.
    until: Option<Instant>,
}

impl Faults {
    /// Returns dice for these shares. The time of `trouble` is relative to now.
    pub(crate) fn dice(&self, seed: u64) -> AllDice {
        let from = Instant::now().checked_add(self.after);
        let until = from.zip(self.lasting);
        let trouble = Trouble {
            from,
            until: until.and_then(|(from, lasting)| from.checked_add(lasting)),
        };
        let dice = |usual, share, name| Dice::new([usual, share], trouble, seed, name);
        AllDice {
            payment_failures: dice(PAYMENT_FAILURES, self.payment_failures, "failures"),
            payment_timeouts: dice(PAYMENT_TIMEOUTS, self.payment_timeouts, "hangs"),
            payment_retries: dice(PAYMENT_RETRIES, self.payment_retries, "retries"),
            declines: dice(DECLINES, self.declines, "declines"),
            slow_queries: dice(SLOW_QUERIES, self.slow_queries, "slow queries"),
            panics: dice(PANICS, self.panics, "panics"),
            distance: dice(1.0, 1.0, "distance"),
            patience: self.payment_patience,
        }
    }
}

impl Dice {
    /// Returns dice that hit with the share `share` during `trouble`, and with the share
    /// `usual` before and after. `name` makes them independent of other dice with the same
    /// seed.
    fn new([usual, share]: [f64; 2], trouble: Trouble, seed: u64, name: &str) -> Self {
        let own = name.bytes().fold(seed, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
        });
        Self {
            usual,
            share,
            trouble,
            rng: Mutex::new(Rng::with_seed(own)),
        }
    }

    /// Throws the dice, and returns `true` if the fault happens.
    pub(crate) fn hit(&self) -> bool {
        // Thrown even if unused, so that later throws do not depend on the time.
        let thrown = self.throw();
        let now = Instant::now();
        let Trouble { from, until } = self.trouble;
        let is_time = from.is_some_and(|at| now >= at) && until.is_none_or(|at| now < at);
        thrown < if is_time { self.share } else { self.usual }
    }

    /// Throws the dice: returns a number between 0 and 1.
    pub(crate) fn throw(&self) -> f64 {
        self.rng
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .f64()
    }
}
