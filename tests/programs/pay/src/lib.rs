//! The common work of all versions: a hundred payments per second, some of which go wrong on
//! request.

use std::{
    net::SocketAddr,
    thread::sleep,
    time::{Duration, Instant},
};

/// Outcome of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Payment {
    /// Succeeds without a delay.
    Good,
    /// Is refused without a delay.
    Refused,
    /// Succeeds after the given time.
    Slow(Duration),
}

impl Payment {
    /// Makes the payment.
    ///
    /// # Errors
    ///
    /// Fails if the payment is refused.
    pub fn make(self) -> Result<(), &'static str> {
        match self {
            Self::Good => Ok(()),
            Self::Refused => Err("refused"),
            Self::Slow(time) => {
                sleep(time);
                Ok(())
            }
        }
    }
}

struct Options {
    addr: SocketAddr,
    /// Time after the start from which payments go wrong.
    from: Duration,
    /// From then on, one of `one_in` payments goes wrong.
    one_in: u64,
    /// Limit of the number of payments that go wrong.
    most: u64,
    bad: Payment,
}

/// Serves metrics, and pays until the process is killed.
///
/// The arguments are `ADDR`, and optionally `--from SECONDS`, `--one-in N`, `--most N` and `--slow
/// MILLISECONDS`. Without `--slow`, payments that go wrong are refused.
///
/// # Panics
///
/// Panics if the arguments are invalid, or the address is in use.
pub fn run(pay: impl Fn(Payment) -> Result<(), &'static str>) {
    let options = options().expect("the arguments are as the test means them");
    let _server = autometrics::prometheus::serve(options.addr).expect("the port is free");
    let start = Instant::now();
    let mut bad = 0;
    for i in 1_u64.. {
        let wrong =
            start.elapsed() >= options.from && i % options.one_in == 0 && bad < options.most;
        bad += u64::from(wrong);
        // A refusal is intended by the test.
        let _ = pay(if wrong { options.bad } else { Payment::Good });
        let next = start + Duration::from_millis(10) * u32::try_from(i).unwrap_or(u32::MAX);
        sleep(next.saturating_duration_since(Instant::now()));
    }
}

fn options() -> Result<Options, lexopt::Error> {
    use lexopt::{Arg, ValueExt as _};

    let mut parser = lexopt::Parser::from_env();
    let mut options = Options {
        addr: SocketAddr::from(([127, 0, 0, 1], 0)),
        from: Duration::MAX,
        one_in: 1,
        most: u64::MAX,
        bad: Payment::Refused,
    };
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Value(addr) => options.addr = addr.parse()?,
            Arg::Long("from") => {
                options.from = Duration::from_secs(parser.value()?.parse()?);
            }
            Arg::Long("one-in") => options.one_in = parser.value()?.parse()?,
            Arg::Long("most") => options.most = parser.value()?.parse()?,
            Arg::Long("slow") => {
                let time = Duration::from_millis(parser.value()?.parse()?);
                options.bad = Payment::Slow(time);
            }
            other => return Err(other.unexpected()),
        }
    }
    Ok(options)
}
