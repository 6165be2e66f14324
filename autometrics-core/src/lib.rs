//! The run time of autometrics: counts the calls of instrumented functions and takes snapshots.
//!
//! Applications depend on `autometrics`, which re-exports the public items that they need.
//! Exporters use [`Snapshot`] and its [`Families`] and nothing else of this crate.
#![cfg_attr(docsrs, feature(doc_cfg))]

#[cfg_attr(
    all(loom, not(test)),
    expect(dead_code, reason = "a model uses places alone")
)]
mod buckets;
#[cfg(not(loom))]
mod call;
#[cfg(not(loom))]
mod callsite;
#[cfg_attr(
    loom,
    expect(dead_code, unused_imports, reason = "a model uses the cells alone")
)]
mod cells;
#[cfg(not(loom))]
mod clock;
#[cfg(not(loom))]
mod current;
#[cfg(not(loom))]
mod events;
#[cfg_attr(loom, expect(dead_code, reason = "a model uses the slots alone"))]
mod exemplar;
#[cfg(not(loom))]
mod flow;
#[cfg(not(loom))]
mod future;
#[cfg(not(loom))]
mod lock;
#[cfg(not(loom))]
mod outcome;
#[cfg(not(loom))]
mod platform;
#[cfg(not(loom))]
mod registry;
#[cfg(not(loom))]
mod remote;
#[cfg(not(loom))]
mod settings;
#[cfg(not(loom))]
mod snapshot;
mod sync;
#[cfg(not(loom))]
mod thread;
#[cfg(not(loom))]
mod trace;

#[cfg(not(loom))]
pub use self::{
    current::{CalledFrom, CalledFunction, CurrentCall, InCurrentCall, RunInCurrentCall},
    events::{Event, EventField, EventReason, EventSettings, recent_events},
    outcome::{ErrorKind, ErrorKinds, ResultLabel, ResultLabels},
    remote::{RefusedCaller, RemoteCaller},
    settings::{Settings, SettingsError},
    snapshot::{
        BucketSpan, Buckets, BuildInfo, Caller, Edge, Exemplar, Families, Family, FineBuckets,
        FlowCalls, Function, Group, Histogram, Label, ObjectiveCalls, Outcome, Quantile, Sample,
        Sli, Snapshot, Value, service_name, snapshot,
    },
    trace::{TraceContext, TraceSource},
};
#[cfg(not(loom))]
pub use autometrics_schema::DEFAULT_BUCKETS;

/// Items that the expansion of `#[instrument_fn]` uses. Not a public API: any release may change
/// them.
#[doc(hidden)]
#[cfg(not(loom))]
pub mod __private0 {
    /// `Box` of `std`, for crates with `no_std`, which do not have its path.
    pub use std::boxed::Box;

    pub use autometrics_schema::record::{Encoded, Returns, tail};
    pub use slo_spec::Objective;

    pub use crate::{
        __callsite as callsite,
        call::{Entered, as_fn_once, enter, enter_classified},
        callsite::Callsite,
        current::caller,
        events::{
            Captured, ErrorText, EventCall, EventCallOf, EventFuture, EventSite, Field,
            FormatDebug, FormatNothing, Otherwise as ShownAtOnce, defer_with_events,
            enter_classified_with_events, enter_with_events, event_call_of,
            instrument_opaque_with_events, instrument_with_events, no_error, no_fields,
        },
        future::{
            CallOf, Instrumented, Output, call_of, defer, defer_opaque, instrument,
            instrument_opaque, map_same_type, with_output_hook,
        },
        outcome::{
            Failure, HalfVerdict, Otherwise, Ready, Returned, Test, Unlabelled, Value, Verdict,
            always_ok, classify, classify_value,
        },
        platform::linked::Entry,
    };
}
