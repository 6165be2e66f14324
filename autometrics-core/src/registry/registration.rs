//! Ids of functions, assigned at the first call.

use std::sync::atomic::Ordering;

use crate::{callsite::Callsite, registry, thread};

impl Callsite {
    /// Returns the function's id. The first call of any function assigns ids to all linked
    /// functions.
    #[inline]
    pub(crate) fn id(&'static self) -> u32 {
        // Relaxed: the id is only a number. The registry's entry for it is read under the
        // registry's own synchronisation.
        match self.id.load(Ordering::Relaxed) {
            0 => register(self),
            id => id,
        }
    }
}

/// Assigns an id to `site` and returns it. Returns zero if this thread is within the allocator of
/// another first call; the call is then not counted.
#[cold]
#[inline(never)]
fn register(site: &'static Callsite) -> u32 {
    let id = thread::unless_busy(|| {
        let registry = registry::get();
        site.given_id().or_else(|| registry.register_late(site))
    });
    id.flatten().unwrap_or(0)
}
