//! A call of a synchronous function, from its first statement to its way out.

use crate::{
    callsite::Callsite,
    cells::{Key, Kind},
    clock::Start,
    thread,
};

/// Runs the body of a decorated function and counts the call.
///
/// `outcome` says how the value that it returned is counted. A panic goes
/// through and is counted as an error.
#[inline]
pub fn call<R>(
    site: &'static Callsite,
    body: impl FnOnce() -> R,
    outcome: impl FnOnce(&R) -> Kind,
) -> R {
    let call = Call::begin(site);
    let value = body();
    let kind = outcome(&value);
    call.end(kind);
    value
}

/// A call in flight. Dropping it counts a panic: it is then the stack that unwinds.
struct Call {
    site: &'static Callsite,
    callee: u32,
    caller: u32,
    start: Start,
}

impl Call {
    #[inline]
    fn begin(site: &'static Callsite) -> Self {
        let callee = site.id();
        if site.about.concurrency {
            thread::record_begun(callee);
        }
        let caller = thread::swap_caller(callee);
        // Last, so that our own work is not part of the latency.
        Self {
            site,
            callee,
            caller,
            start: Start::now(),
        }
    }

    #[inline]
    fn end(self, kind: Kind) {
        self.count(kind);
        std::mem::forget(self);
    }

    #[inline]
    fn count(&self, kind: Kind) {
        thread::record(Key::new(self.callee, self.caller, kind), self.start);
        thread::swap_caller(self.caller);
        if self.site.about.concurrency {
            thread::record_landed(self.callee);
        }
    }
}

impl Drop for Call {
    #[cold]
    fn drop(&mut self) {
        self.count(Kind::Panic);
    }
}
