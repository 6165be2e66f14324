//! Stack of the spans that the current thread has entered.

use std::cell::RefCell;

use autometrics_core::{TraceContext, TraceSource};
use tracing::span::Id;

thread_local! {
    /// Entered spans with the trace context of each, the innermost last.
    static ENTERED: RefCell<Vec<(Id, Option<TraceContext>)>> = const { RefCell::new(Vec::new()) };
}

/// Source of exemplars that returns the innermost span that the thread has entered.
///
/// It depends on the layer [`SpanFields`](crate::SpanFields), and without that layer returns no
/// span.
#[derive(Clone, Copy, Debug, Default)]
pub struct EnteredSpan;

impl TraceSource for EnteredSpan {
    fn current(&self) -> Option<TraceContext> {
        with(|entered| entered.last()?.1).flatten()
    }
}

pub(crate) fn enter(id: &Id, context: Option<TraceContext>) {
    with(|entered| entered.push((id.clone(), context)));
}

/// Removes the last entry of this span, even if it is not the innermost.
pub(crate) fn exit(id: &Id) {
    with(|entered| {
        let at = entered.iter().rposition(|(entered, _)| entered == id);
        at.map(|at| entered.remove(at))
    });
}

/// Updates the trace context of every entered span, after fields of one have changed.
pub(crate) fn refresh(context: impl Fn(&Id) -> Option<TraceContext>) {
    with(|entered| {
        for (id, known) in entered {
            *known = context(id);
        }
    });
}

/// Returns `None` while the thread ends, and on recursive access.
fn with<R>(change: impl FnOnce(&mut Vec<(Id, Option<TraceContext>)>) -> R) -> Option<R> {
    let change = |entered: &RefCell<_>| Some(change(&mut *entered.try_borrow_mut().ok()?));
    ENTERED.try_with(change).ok().flatten()
}
