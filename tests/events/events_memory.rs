//! Memory of events: none for calls that are not kept, and for kept ones no more than the
//! documentation of `EventSettings::remember` says.

use std::{fmt, hint::black_box, sync::Once, thread, time::Duration};

use allocation_counter::measure;
use autometrics::{EventSettings, Settings, instrument_fn, recent_events};

/// Applies the default settings, except for sampling, the rate and the number of remembered events.
fn set_up() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let events = EventSettings::new()
            .one_in(0)
            .per_second(1_000_000)
            .remember(REMEMBERED);
        Settings::new().events(events).apply().unwrap();
    });
}

const REMEMBERED: usize = 32;
const LONGEST_FIELD: usize = 256;

#[derive(Clone, Copy)]
struct Money {
    cents: u64,
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:02}", self.cents / 100, self.cents % 100)
    }
}

#[instrument_fn(events(fields(who, price, cents = price.cents)))]
fn pay(who: &str, price: Money) -> Result<usize, String> {
    Ok(black_box(who).len())
}

#[instrument_fn(events(fields(who)))]
async fn pay_later(who: &str) -> Result<usize, String> {
    std::future::ready(()).await;
    Ok(black_box(who).len())
}

fn both() {
    use std::{
        pin::pin,
        task::{Context, Waker},
    };
    let _ = pay("Ann", Money { cents: 250 });
    let done = pin!(pay_later("Ann")).poll(&mut Context::from_waker(Waker::noop()));
    assert!(done.is_ready());
}

#[test]
fn calls_that_are_not_kept_do_not_allocate() {
    set_up();
    // Intervals in which the clock is calibrated, which allocates once.
    for _ in 0..4 {
        both();
        thread::sleep(Duration::from_millis(20));
    }
    both();
    // A call may be delayed, take longer than any before, and then create a cell.
    let mut rounds = (0..20).map(|_| measure(|| (0..1_000).for_each(|_| both())));
    assert!(rounds.any(|info| info.count_total == 0));
}

#[instrument_fn(events(fields(first, second)))]
fn recurses(depth: u32, first: &str, second: &str) -> Result<(), String> {
    if depth > 0 {
        return recurses(depth - 1, first, second);
    }
    Err("long ".repeat(1_000))
}

/// Bytes of cells for latencies in octaves that did not occur before.
const CELLS: i64 = 16 * 1024;

#[test]
fn remembered_events_stay_within_the_documented_memory() {
    set_up();
    let long = "word ".repeat(1_000);
    let fail = || {
        let _ = recurses(40, &long, &long);
    };
    // Allocates the memory that a thread and an edge need once.
    let _ = recurses(0, "", "");
    recent_events();
    let first = measure(|| (0..REMEMBERED).for_each(|_| fail()));
    let more = measure(|| (0..10 * REMEMBERED).for_each(|_| fail()));
    let longest = 640 + 3 * (LONGEST_FIELD + 32);
    let most = i64::try_from(REMEMBERED * longest).unwrap();
    assert!(
        first.bytes_current <= most + CELLS,
        "{} of {most}",
        first.bytes_current
    );
    let more = more.bytes_current;
    assert!(more <= CELLS, "{more} more");
    let events = recent_events();
    assert_eq!(events.len(), REMEMBERED);
    for event in events {
        let texts = event
            .fields
            .iter()
            .map(|(_, text)| text)
            .chain(&event.error);
        assert!(
            texts
                .into_iter()
                .all(|text| text.len() <= LONGEST_FIELD && text.ends_with('…'))
        );
    }
}
