//! Ids of functions, assigned at the first call.

use std::sync::atomic::Ordering;

use crate::{callsite::Callsite, cells::Scope, registry, thread};

impl Callsite {
    /// Returns the function's id, and the flow that it begins as an outermost call. The first call
    /// of any function assigns ids to all linked functions.
    #[inline]
    pub(crate) fn scope(&'static self) -> Scope {
        // Relaxed: the id is only a number. The registry's entry for it is read under the
        // registry's own synchronisation.
        match self.scope.load(Ordering::Relaxed) {
            0 => register(self),
            word => Scope::from_word(word),
        }
    }
}

/// Assigns an id to `site` and returns it. Returns no id if this thread is within the allocator of
/// another first call; the call is then not counted.
#[cold]
#[inline(never)]
fn register(site: &'static Callsite) -> Scope {
    let scope = thread::unless_busy(|| {
        let registry = registry::get();
        site.given_scope().or_else(|| registry.register_late(site))
    });
    scope.flatten().unwrap_or(Scope::NONE)
}
