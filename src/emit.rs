//! What a kept call becomes beside the flight recorder: an event of `tracing`, with that
//! feature. The attribute writes this macro once for each function with events, as the
//! names of an event's fields are known while compiling.

#[doc(hidden)]
#[macro_export]
#[cfg(feature = "tracing")]
macro_rules! __emit {
    ($event:ident $(, $field:literal)*) => {
        match $event.why {
            $crate::Why::Slow => $crate::__emit!(@ WARN $event $($field)*),
            $crate::Why::Sampled => $crate::__emit!(@ INFO $event $($field)*),
            _ => $crate::__emit!(@ ERROR $event $($field)*),
        }
    };
    (@ $level:ident $event:ident $($field:literal)*) => {
        $crate::__private::tracing::event!(
            target: ::core::module_path!(),
            $crate::__private::tracing::Level::$level,
            function = &*$event.function,
            module = &*$event.module,
            file = &*$event.file,
            line = $event.line,
            callers = $event.chain().map($crate::__private::tracing::field::display),
            seconds = $event.seconds,
            outcome = $event.outcome.result(),
            kind = $event.outcome.error(),
            error = $event
                .error
                .as_deref()
                .map($crate::__private::tracing::field::display),
            trace_id = $event.trace.map(|trace| {
                $crate::__private::tracing::field::display(::std::format!("{:032x}", trace.trace_id))
            }),
            span_id = $event.trace.map(|trace| {
                $crate::__private::tracing::field::display(::std::format!("{:016x}", trace.span_id))
            }),
            why = $event.why.name(),
            suppressed = ($event.suppressed > 0).then_some($event.suppressed),
            $(
                $field = $event
                    .field($field)
                    .map($crate::__private::tracing::field::display),
            )*
            "{} {}",
            $event.function,
            $event.why.sentence()
        )
    };
}

/// The same without that feature.
#[doc(hidden)]
#[macro_export]
#[cfg(not(feature = "tracing"))]
macro_rules! __emit {
    ($event:ident $(, $field:literal)*) => {{
        let _: &$crate::Event = $event;
    }};
}
