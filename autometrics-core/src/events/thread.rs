//! What a thread keeps for events: the watched calls it is in, and when to sample.

use std::cell::Cell as Local;

use crate::cells::{Key, NO_CALLER};

/// How many watched calls around each other are known.
pub(super) const DEEPEST: usize = 32;
/// How many functions have a countdown in each thread; the others share theirs.
const PLACES: usize = 128;
/// A countdown that is nobody's, and so always to be looked at.
pub(super) const NO_PLACE: u32 = 0;

thread_local! {
    // Without a destructor, as what counts calls.
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
    /// How many watched calls the thread is in.
    depth: Local<usize>,
    /// How many of them are around a caller that was carried here, and so not its.
    floor: Local<usize>,
    /// Whether an event is being made. What that calls makes none.
    busy: Local<bool>,
    /// The outermost of them, as the words of their keys.
    chain: [Local<u64>; DEEPEST],
    /// Calls until the next sampled one, by the function's place; zero is unknown.
    left: [Local<u32>; PLACES],
}

/// Puts a call on the chain.
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

/// Takes the innermost call from the chain.
#[inline]
pub(super) fn pop() {
    let _ = THREAD.try_with(|thread| thread.depth.set(thread.depth.get().saturating_sub(1)));
}

/// Forgets the chain until [`restore_floor`] gets back what this returns.
#[inline]
pub(crate) fn swap_floor() -> usize {
    THREAD
        .try_with(|thread| thread.floor.replace(thread.depth.get()))
        .unwrap_or(0)
}

/// Puts the chain back.
#[inline]
pub(crate) fn restore_floor(floor: usize) {
    let _ = THREAD.try_with(|thread| thread.floor.set(floor));
}

/// The calls around one that `caller` made, the innermost first: `caller`, the watched
/// calls of the thread, and their callers. `None` stands for some that are not known.
pub(super) fn chain(caller: u32) -> Vec<Option<u32>> {
    let mut chain = Vec::new();
    if caller == NO_CALLER {
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
                let is_new =
                    id != NO_CALLER && (id == key.caller() || chain.last() != Some(&Some(id)));
                if is_new {
                    chain.push(Some(id));
                }
            }
        }
    });
    chain.truncate(DEEPEST);
    chain
}

/// Whether the call is one that need not be looked at, by the countdown at `place`,
/// which counts it then.
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

/// Sets the countdown at `place` to what `next` makes of it.
pub(super) fn count(place: u32, next: impl FnOnce(u32) -> u32) {
    let _ = THREAD.try_with(|thread| {
        if let Some(left) = thread.left.get(place as usize) {
            left.set(next(left.get()));
        }
    });
}

/// Whether there is a countdown at `place`.
pub(super) fn has(place: u32) -> bool {
    place != NO_PLACE && (place as usize) < PLACES
}

/// The place number `number`, if there are so many.
pub(super) fn place(number: u32) -> u32 {
    let place = number.saturating_add(1);
    // Beyond the last, there is none.
    place.min(u32::try_from(PLACES).unwrap_or(u32::MAX))
}

/// Runs `work` unless this thread is at it already.
pub(super) fn once<R>(work: impl FnOnce() -> R) -> Option<R> {
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
