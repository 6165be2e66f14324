//! Exemplars from the fields `trace_id` and `span_id` of spans of crate `tracing`.
//!
//! For programs that assign trace ids themselves, or take them from a header, and have no tracing
//! library behind `tracing`. `tracing-opentelemetry` does not store ids in fields: with it, use
//! `ActiveSpan` of `autometrics-opentelemetry-0_33` as the source.
//!
//! ```
//! use autometrics::{Settings, TraceSource};
//! use autometrics::tracing_subscriber_0_3::{EnteredSpan, SpanFields};
//! use tracing_subscriber::{Registry, layer::SubscriberExt};
//!
//! Settings::new().trace_source(EnteredSpan).apply()?;
//! let subscriber = Registry::default().with(SpanFields::new());
//!
//! tracing::subscriber::with_default(subscriber, || {
//!     let _span = tracing::info_span!("request", trace_id = "4bf9", span_id = 7_u64).entered();
//!     let context = EnteredSpan.current().unwrap();
//!     assert_eq!((context.trace_id, context.span_id), (0x4bf9, 7));
//! });
//! # Ok::<(), autometrics::SettingsError>(())
//! ```
#![forbid(unsafe_code)]

mod entered;
mod fields;
mod layer;

pub use entered::EnteredSpan;
pub use layer::SpanFields;
