//! Thread-local state of events: the chain of calls with events, and countdowns to the next sample.

use std::cell::Cell as Local;

use crate::cells::{Key, NO_CALLER, ONLY_FLOW};

/// Maximum length of the chain.
pub(super) const DEEPEST: usize = 32;
/// Number of countdowns in each thread, including the unused [`NO_PLACE`]. Each further function
/// has one counter for all threads.
const PLACES: usize = 128;
/// The place of no countdown, so that every call is checked.
pub(super) const NO_PLACE: u32 = 0;

thread_local! {
    // Without a destructor, as in `crate::thread`.
    static THREAD: Thread = const {
        Thread {
            depth: Local::new(0),
            floor: Local::new(0),
            busy: Local::new(false),
            chain: [const { Local::new(0) }; DEEPEST],
            left: [const { Local::new(0) }; PLACES],
        }
    };
}

struct Thread {
    /// Number of calls with events that the thread is in.
    depth: Local<usize>,
    /// Number of those calls that began before a carried caller was entered; they are not around
    /// calls made on its behalf.
    floor: Local<usize>,
    /// `true` while an event is being made. Calls during that time make no events.
    busy: Local<bool>,
    /// The outermost calls of the chain, as the words of their keys.
    chain: [Local<u64>; DEEPEST],
    /// Calls until the next sampled one, by the function's place; zero if not begun.
    left: [Local<u32>; PLACES],
}

/// Adds a call to the chain.
#[inline]
pub(super) fn push(call: Key) {
    let _ = THREAD.try_with(|thread| {
        let depth = thread.depth.get();
        if let Some(place) = thread.chain.get(depth) {
            place.set(call.word());
        }
        thread.depth.set(depth + 1);
    });
}

/// Removes the innermost call from the chain.
#[inline]
pub(super) fn pop() {
    let _ = THREAD.try_with(|thread| thread.depth.set(thread.depth.get().saturating_sub(1)));
}

/// Hides the chain until [`restore_floor`] is called with the returned value.
#[inline]
pub(crate) fn swap_floor() -> usize {
    THREAD
        .try_with(|thread| thread.floor.replace(thread.depth.get()))
        .unwrap_or(0)
}

/// Makes the chain visible again, with the value from [`swap_floor`].
#[inline]
pub(crate) fn restore_floor(floor: usize) {
    let _ = THREAD.try_with(|thread| thread.floor.set(floor));
}

/// Returns the calls around a call that `caller` made, the innermost first: `caller`, the calls
/// with events on the thread, and their callers, at most [`DEEPEST`]. `None` is a gap of calls that
/// are not known.
pub(super) fn chain(caller: u32) -> Vec<Option<u32>> {
    let mut chain = Vec::new();
    if matches!(caller, NO_CALLER | ONLY_FLOW) {
        return chain;
    }
    chain.push(Some(caller));
    let _ = THREAD.try_with(|thread| {
        let (floor, depth) = (thread.floor.get(), thread.depth.get());
        let known = thread.chain.get(floor..depth.min(DEEPEST));
        if depth > DEEPEST.max(floor) {
            chain.push(None);
        }
        for key in known.unwrap_or_default().iter().rev() {
            let key = Key::from_word(key.get());
            for id in [key.callee(), key.caller()] {
                let is_new = !matches!(id, NO_CALLER | ONLY_FLOW)
                    && (id == key.caller() || chain.last() != Some(&Some(id)));
                if is_new {
                    chain.push(Some(id));
                }
            }
        }
    });
    chain.truncate(DEEPEST);
    chain
}

/// Returns `true` if the countdown at `place` shows that the call is not sampled, and counts the
/// call in that case.
#[inline]
pub(super) fn pass(place: u32) -> bool {
    let counted = THREAD.try_with(|thread| {
        let Some(left) = thread.left.get(place as usize) else {
            return false;
        };
        let now = left.get();
        let pass = now > 1;
        if pass {
            left.set(now - 1);
        }
        pass
    });
    counted.unwrap_or(true)
}

/// Sets the countdown at `place` to the result of `next`.
pub(super) fn count(place: u32, next: impl FnOnce(u32) -> u32) {
    let _ = THREAD.try_with(|thread| {
        if let Some(left) = thread.left.get(place as usize) {
            left.set(next(left.get()));
        }
    });
}

/// Returns `true` if there is a countdown at `place`.
pub(super) fn has(place: u32) -> bool {
    place != NO_PLACE && (place as usize) < PLACES
}

/// Returns the place with this number, or a place without a countdown if there are not enough.
pub(super) fn place(number: u32) -> u32 {
    let place = number.saturating_add(1);
    // Every number beyond the last place maps to the same value, which has no countdown.
    place.min(u32::try_from(PLACES).unwrap_or(u32::MAX))
}

/// Runs `work` and returns its result; returns `None` if this thread is inside such work already.
pub(super) fn unless_making_event<R>(work: impl FnOnce() -> R) -> Option<R> {
    struct Done;
    impl Drop for Done {
        fn drop(&mut self) {
            let _ = THREAD.try_with(|thread| thread.busy.set(false));
        }
    }

    let was_busy = THREAD.try_with(|thread| thread.busy.replace(true));
    if was_busy.unwrap_or(true) {
        return None;
    }
    let _done = Done;
    Some(work())
}
