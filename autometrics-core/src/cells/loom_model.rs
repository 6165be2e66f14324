//! Every interleaving of threads that adopt, record, read and return.
//!
//! Run by `cargo xtask test`, or by hand:
//! `RUSTFLAGS="--cfg loom" cargo test -p autometrics-core --lib --release loom_model`

use loom::thread;

use super::{CallKind, Cell, CellSet, Key, Scope, Sets};
use crate::buckets::{Place, Window};

const EDGE: Key = Key::new(1, Scope::NONE, CallKind::OK);
/// The bucket of all calls, in a group of its own.
const PLACE: Place = Place {
    group: 1,
    bucket: 0,
};
const TICKS: u64 = 10;

fn check(model: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    // Loom's advice for models with more than two threads: bugs that need more
    // switches than three are not known in practice.
    builder.preemption_bound = Some(3);
    builder.check(model);
}

fn sets() -> &'static Sets {
    Box::leak(Box::new(Sets::new()))
}

/// Does what a thread does for one call.
fn record(set: &'static CellSet) {
    let index = set.index();
    let cell = index.find(EDGE);
    let cell = cell.unwrap_or_else(|| set.create(EDGE, 0).unwrap());
    if cell.add_aimed(index.directory, TICKS).is_some() {
        return;
    }
    let slot = set.slot(cell, PLACE, buckets(PLACE.group)).unwrap();
    cell.add_ticks(slot, TICKS);
    let window = Window {
        low: TICKS,
        width: 1,
        bound: 0,
    };
    cell.aim(window, slot);
}

/// Calls and ticks in all cells.
fn read(sets: &'static Sets) -> (u64, u64) {
    let mut sums = (0, 0);
    for cell in sets.cells(buckets) {
        match cell {
            Cell::Edge(cell) => {
                assert_eq!(cell.key(), EDGE, "a published cell has its key");
                sums.1 += cell.times()[0];
            }
            Cell::Group(cell) => {
                let edge_and_group = (cell.edge(), cell.group());
                assert_eq!(
                    edge_and_group,
                    (0, PLACE.group),
                    "a published cell has its key"
                );
                let mut calls = [0; 2];
                cell.add_to(&mut calls);
                sums.0 += calls[0];
            }
        }
    }
    sums
}

fn buckets(_: u8) -> usize {
    1
}

#[test]
fn nothing_is_lost_when_a_set_changes_hands() {
    check(|| {
        let sets = sets();
        let threads = [(); 2].map(|()| {
            thread::spawn(|| {
                let set = sets.adopt().unwrap();
                record(set);
                sets.give_back(set);
            })
        });
        for thread in threads {
            thread.join().unwrap();
        }
        assert_eq!(read(sets), (2, 20));
        assert!(sets.len() <= 2, "no more sets than threads at once");
        // What is adopted next goes on from both.
        let set = sets.adopt().unwrap();
        record(set);
        assert_eq!(read(sets), (3, 30));
    });
}

#[test]
fn a_set_has_one_owner_at_a_time() {
    check(|| {
        let sets = sets();
        let free = sets.adopt().unwrap();
        sets.give_back(free);
        let other = thread::spawn(|| std::ptr::from_ref(sets.adopt().unwrap()).addr());
        let mine = std::ptr::from_ref(sets.adopt().unwrap()).addr();
        assert_ne!(mine, other.join().unwrap());
    });
}

#[test]
fn counts_never_go_down_while_threads_record() {
    check(|| {
        let sets = sets();
        let recorder = thread::spawn(|| {
            let set = sets.adopt().unwrap();
            record(set);
            record(set);
            sets.give_back(set);
        });
        let (first, _) = read(sets);
        let (second, _) = read(sets);
        assert!(first <= second && second <= 2, "{first} then {second}");
        recorder.join().unwrap();
        assert_eq!(read(sets), (2, 20));
    });
}

#[test]
fn an_ended_thread_stays_counted_while_its_set_is_reused() {
    check(|| {
        let sets = sets();
        let before = sets.adopt().unwrap();
        record(before);
        sets.give_back(before);
        let next = thread::spawn(|| {
            let set = sets.adopt().unwrap();
            record(set);
            sets.give_back(set);
        });
        let (calls, _) = read(sets);
        assert!((1..=2).contains(&calls), "{calls}");
        next.join().unwrap();
        assert_eq!(read(sets), (2, 20));
        assert_eq!(sets.len(), 1, "the free set was reused");
    });
}
