//! Ids of functions, assigned at the first call, and flows, at the first outermost call.

use std::sync::atomic::Ordering;

use crate::{
    callsite::Callsite,
    cells::{OVERFLOW_FLOW, Scope, UNKNOWN_FLOW},
    flow::FlowName,
    registry, thread,
};

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

/// Begins the flow of `site`, which is the thread's outermost call. Returns the scope in the call.
#[cold]
#[inline(never)]
pub(crate) fn begin_flow(site: &'static Callsite) -> Scope {
    let own = site.scope();
    let flow = if own.flow() == UNKNOWN_FLOW {
        let name = FlowName::Function(own.caller());
        let number = thread::unless_busy(|| registry::get().flows.number(name)).flatten();
        if let Some(flow) = number {
            site.give_scope(own.with_flow(flow));
        }
        // Within an allocator of another first call, the flow is found later.
        number.unwrap_or(OVERFLOW_FLOW)
    } else {
        own.flow()
    };
    let scope = own.with_flow(flow);
    thread::set_scope(scope);
    scope
}
