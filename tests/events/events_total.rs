//! Number of remembered events: exact per function and in total, whatever happens at the same time.

use std::{
    collections::HashSet,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use allocation_counter::measure;
use autometrics::{Event, EventSettings, Settings, instrument_fn, recent_events};

const PER_FUNCTION: usize = 50;
const IN_TOTAL: usize = 120;
const TASKS: usize = 10_000;
/// Bytes of cells, of the first call of each function.
const CELLS: i64 = 64 * 1024;

macro_rules! failing {
    ($($name:ident),*) => {
        $(#[instrument_fn(events(fields(n)))]
        fn $name(n: usize) -> Result<(), ()> {
            Err(())
        })*
        const FAILING: &[fn(usize) -> Result<(), ()>] = &[$($name),*];
    };
}

failing!(one, two, three, four, five);

#[instrument_fn(events(fields(n)))]
fn seldom(n: usize) -> Result<(), ()> {
    Err(())
}

/// Returns function and `n` of each event.
fn names(events: &[Event]) -> Vec<(String, usize)> {
    let name = |event: &Event| {
        let n = event.field("n").unwrap().parse().unwrap();
        (event.function.to_string(), n)
    };
    events.iter().map(name).collect()
}

/// Returns the number of remembered events of each function, after checking that they are in order
/// and that none is there twice.
#[track_caller]
fn counts(functions: &[&str]) -> Vec<usize> {
    let events = recent_events();
    assert!(events.is_sorted_by_key(|event| event.time));
    let names = names(&events);
    assert_eq!(names.iter().collect::<HashSet<_>>().len(), names.len());
    let of = |name: &&str| names.iter().filter(|(it, _)| it == name).count();
    functions.iter().map(of).collect()
}

/// Makes an event in each of 10,000 tasks, while another thread reads all events. Task `n` calls
/// the function with index `n` of those before `functions`.
fn fail_in_tasks(functions: usize) {
    let is_done = AtomicBool::new(false);
    thread::scope(|scope| {
        let reader = scope.spawn(|| {
            let mut reads = 0;
            while !is_done.load(Ordering::Relaxed) {
                assert!(counts(&["one"])[0] <= PER_FUNCTION);
                assert!(recent_events().len() <= IN_TOTAL);
                reads += 1;
            }
            reads
        });
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(8)
            .build()
            .unwrap();
        runtime.block_on(async {
            let fail = |n: usize| async move {
                tokio::task::yield_now().await;
                let _ = FAILING[n % functions](n);
            };
            let tasks: Vec<_> = (0..TASKS).map(|n| tokio::spawn(fail(n))).collect();
            for task in tasks {
                task.await.unwrap();
            }
        });
        is_done.store(true, Ordering::Relaxed);
        assert!(reader.join().unwrap() > 0);
    });
}

#[test]
fn newest_events_of_each_function_and_of_the_program_are_remembered() {
    let events = EventSettings::new()
        .one_in(0)
        .per_second(1_000_000)
        .remember(PER_FUNCTION)
        .remember_in_total(IN_TOTAL);
    Settings::new().events(events).apply().unwrap();

    // 250 events of five functions: the last 120, of which each function has 24.
    let fail = |from: usize| {
        (from..from + 250).for_each(|n| {
            let _ = FAILING[n % 5](n);
        });
    };
    recent_events();
    let first = measure(|| fail(0)).bytes_current;
    let documented = i64::try_from(IN_TOTAL * (640 + 2 * (256 + 32))).unwrap();
    assert!(first <= documented + CELLS, "{first} of {documented}");
    let more = measure(|| (0..20).for_each(|_| fail(0))).bytes_current;
    assert!(more <= CELLS, "{more} more");
    fail(1_000);
    let expected = (1_130..1_250).map(|n| {
        let name = ["one", "two", "three", "four", "five"][n % 5];
        (name.to_owned(), n)
    });
    assert_eq!(names(&recent_events()), expected.collect::<Vec<_>>());

    // One function has its own 50, and takes the places of the oldest events only.
    let _ = seldom(7);
    fail_in_tasks(1);
    let all = ["one", "two", "three", "four", "five", "seldom"];
    let kept = counts(&all);
    assert_eq!((kept[0], kept[5]), (50, 1));
    assert_eq!(kept.iter().sum::<usize>(), IN_TOTAL);
    assert!(
        kept[1..5].iter().all(|&kept| (17..=18).contains(&kept)),
        "{kept:?}"
    );

    // Five functions, with 50 events each, are more than 120.
    fail_in_tasks(5);
    let kept = counts(&all);
    assert_eq!(kept.iter().sum::<usize>(), IN_TOTAL);
    assert_eq!(kept[5], 0, "{kept:?}");
    assert!(kept.iter().all(|&kept| kept <= PER_FUNCTION), "{kept:?}");
}
