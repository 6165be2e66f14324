//! Emits a kept call as an event of `tracing`, if feature `tracing-0_1` is enabled.
//!
//! The attribute expands `__emit!` once for each function with `events`, because `tracing` needs
//! the names of an event's fields at compile time. The flight recorder keeps the call in any case.
//!
//! The macro calls every function by its full path: traits in the user's scope may have methods of
//! the same names.

#[cfg(feature = "tracing-0_1")]
use crate::Event;

/// Returns the trace id of an event, as 32 hexadecimal digits.
#[cfg(feature = "tracing-0_1")]
pub fn trace_id(event: &Event) -> Option<String> {
    Some(format!("{:032x}", event.trace?.trace_id))
}

/// Returns the span id of an event, as 16 hexadecimal digits.
#[cfg(feature = "tracing-0_1")]
pub fn span_id(event: &Event) -> Option<String> {
    Some(format!("{:016x}", event.trace?.span_id))
}

/// Returns the number of events that were suppressed before this one, or `None` if there were none.
#[cfg(feature = "tracing-0_1")]
pub fn suppressed(event: &Event) -> Option<u64> {
    (event.suppressed > 0).then_some(event.suppressed)
}

#[doc(hidden)]
#[macro_export]
#[cfg(feature = "tracing-0_1")]
macro_rules! __emit {
    ($event:ident $(, $field:literal)*) => {
        match $event.reason {
            $crate::EventReason::Slow => $crate::__emit!(@ WARN $event $($field)*),
            $crate::EventReason::Sampled => $crate::__emit!(@ INFO $event $($field)*),
            _ => $crate::__emit!(@ ERROR $event $($field)*),
        }
    };
    (@ $level:ident $event:ident $($field:literal)*) => {
        $crate::__private0::tracing::event!(
            target: ::core::module_path!(),
            $crate::__private0::tracing::Level::$level,
            function = &*$event.function,
            module = &*$event.module,
            file = &*$event.file,
            line = $event.line,
            callers = ::core::option::Option::map(
                $crate::Event::chain($event),
                $crate::__private0::tracing::field::display,
            ),
            seconds = ::core::time::Duration::as_secs_f64(&$event.latency),
            outcome = $crate::Outcome::result(&$event.outcome),
            kind = $crate::Outcome::error(&$event.outcome),
            error = ::core::option::Option::map(
                ::core::option::Option::as_deref(&$event.error),
                $crate::__private0::tracing::field::display,
            ),
            trace_id = ::core::option::Option::map(
                $crate::__private0::trace_id($event),
                $crate::__private0::tracing::field::display,
            ),
            span_id = ::core::option::Option::map(
                $crate::__private0::span_id($event),
                $crate::__private0::tracing::field::display,
            ),
            reason = $crate::EventReason::name($event.reason),
            suppressed = $crate::__private0::suppressed($event),
            $(
                $field = ::core::option::Option::map(
                    $crate::Event::field($event, $field),
                    $crate::__private0::tracing::field::display,
                ),
            )*
            "{} {}",
            $event.function,
            $crate::EventReason::predicate($event.reason)
        )
    };
}

/// Checks the type of the event and emits nothing: feature `tracing-0_1` is disabled.
#[doc(hidden)]
#[macro_export]
#[cfg(not(feature = "tracing-0_1"))]
macro_rules! __emit {
    ($event:ident $(, $field:literal)*) => {{
        let _: &$crate::Event = $event;
    }};
}
