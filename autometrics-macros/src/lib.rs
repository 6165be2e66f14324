//! The macros of autometrics: `#[instrument_fn]` and `#[derive(ResultLabels)]`.
//!
//! `attribute` passes each function under `#[instrument_fn]` through the stages of the expansion:
//!
//! 1. `parse` reads the arguments.
//! 2. `plan` decides how the function is instrumented, and checks that it can be.
//! 3. `docs` links its documentation to Prometheus.
//! 4. `generate` writes the instrumented function.
//!
//! `transparency` keeps lints, older editions and the order of drops from noticing the difference.
//! All mistakes in one attribute are reported at once, each on its own tokens, and the function
//! itself is always emitted. `derive` is the whole of `#[derive(ResultLabels)]`.
//!
//! Each file imports only files below it: `attribute`, `generate`, `transparency` and `docs`,
//! `scope`, `plan`, `parse`, `errors`.

mod attribute;
mod derive;
mod docs;
mod errors;
#[cfg(test)]
mod expansions;
mod generate;
mod parse;
mod plan;
mod scope;
mod transparency;

use proc_macro::TokenStream;

use crate::parse::dialect::Dialect;

/// Counts and times the calls of a function, or of all functions in a block.
///
/// ```
/// use autometrics::instrument_fn;
///
/// #[instrument_fn]
/// fn load(id: u64) -> Result<String, std::io::Error> {
///     std::fs::read_to_string(format!("{id}.txt"))
/// }
/// ```
///
/// A call is counted as `ok`, or as `error` when it returns `Err` or panics. The section
/// [What counts as an error](#what-counts-as-an-error) has the rules for other types.
///
/// An `async fn` is timed from its first poll until it is done. A future that is dropped before
/// that is counted as cancelled. The same holds for functions that return a future without being
/// `async`, as `impl Future` or `Pin<Box<dyn Future>>`, written by hand or by the macro
/// `async_trait`, whose attribute may be above or below this one.
///
/// # Arguments
///
/// - `objective = CONST`, `objective = [A, B]`: the objectives that the function belongs to. A
///   call is good or bad for each of them separately.
/// - `track_concurrency`: also counts the calls in flight.
/// - `name = "…"`: the function's name in metrics, instead of `name` or
///   `Type::name`.
/// - `ok_if = TEST`, `error_if = TEST`: a function or closure that decides whether
///   the call is ok, or an error.
/// - `span`, `span(…)`: opens a span of `tracing` around each call, see [Spans](#spans).
/// - `events`, `events(…)`: records errors, slow calls and a sample of the others one by one, see
///   [Events](#events).
/// - `crate = PATH`: the path of crate `autometrics`, if the dependency was renamed.
///
/// On an `impl` block, a trait or an inline module, the arguments apply to every function in it
/// that has a body. A function in the block may have the attribute with arguments of its own,
/// which take precedence over those of the block. `#[skip]` excludes a function. In an
/// instrumented `impl` block of a type without parameters, an objective may contain `Self`,
/// as in `objective = Self::SLO`.
///
/// # What counts as an error
///
/// The type decides, not its spelling: an alias of `Result` is a `Result`.
///
/// | returned | is an error |
/// |---|---|
/// | `Result` | `Err` |
/// | `ControlFlow` | `Break`, the variant with which `?` returns early |
/// | `Poll<T>`, `Poll<Option<Result<…>>>` | `Ready` with a `T`, or with an item of a stream, that is an error |
/// | types with `ResultLabels` | as their labels define |
/// | of crate `http`, with feature `http-1`: `StatusCode`, `Response`, tuples that begin with a status or with a response's parts | 5xx |
/// | all others, `Option` and a `Result` in a `Result` among them | never |
///
/// The value in `Ok`, `Err`, `Continue` and `Break` is classified, too, if it has `ResultLabels`
/// or is one of the types of crate `http`, and its classification takes precedence. So
/// `Err(StatusCode::NOT_FOUND)` is ok, and `Ok` with a response of 500 is an
/// error. An error whose kind is set with `ResultLabels` has the label `error="kind"`.
///
/// In a generic function, a type parameter `T` is known by its bounds: `Result<T, E>` is a
/// `Result`, but `T` alone is `ok`, unless its bound is `T: ResultLabels`.
///
/// `ok_if` and `error_if` take precedence over all these rules. A test takes a reference to the
/// returned value, or to the error of a returned `Result`; a test of the error leaves
/// `Ok` to the type. A closure without a type for its parameter takes the returned
/// value. An error that a test reports has the error kind that its type defines.
///
/// ```
/// # use autometrics::instrument_fn;
/// # struct LoadError { status: u16 }
/// # impl LoadError { fn is_not_found(&self) -> bool { self.status == 404 } }
/// #[instrument_fn(ok_if = Option::is_some)]
/// fn find(id: u64) -> Option<String> {
///     (id < 100).then(|| id.to_string())
/// }
///
/// #[instrument_fn(error_if = |status| *status >= 500)]
/// async fn respond(id: u64) -> u16 {
///     if find(id).is_some() { 200 } else { 404 }
/// }
///
/// #[instrument_fn(ok_if = LoadError::is_not_found)]
/// fn load(id: u64) -> Result<String, LoadError> {
///     find(id).ok_or(LoadError { status: 404 })
/// }
///
/// #[instrument_fn(error_if = |error: &LoadError| error.status >= 500)]
/// fn load_again(id: u64) -> Result<String, LoadError> {
///     load(id)
/// }
/// ```
///
/// # Spans
///
/// With feature `tracing-0_1`, `span` opens a span of crate `tracing` around each call. The span has
/// the name that the function has in metrics, and the caller in its field `caller`. The call is
/// counted within the span, so that [exemplars](../autometrics/struct.Settings.html#method.trace_source)
/// name this very span. Two separate attributes could do so in one order only.
///
/// ```
/// # #[cfg(feature = "tracing-0_1")] mod example {
/// # use autometrics::instrument_fn;
/// # struct Card; struct Declined;
/// # impl std::fmt::Display for Declined {
/// #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("declined") }
/// # }
/// #[instrument_fn(span(level = "debug", fields(user = %id, cents), err))]
/// async fn charge(id: u64, card: Card, cents: u64) -> Result<(), Declined> {
///     # drop(card);
///     // …
///     Ok(())
/// }
/// # }
/// ```
///
/// Its arguments are those of `tracing::instrument`:
///
/// - `level = "debug"`, `name = "…"`, `target = "…"`: the defaults are `"info"`, the function's
///   name and its module.
/// - `fields(…)`: fields in the syntax of `tracing::span!`. Parameters that are not named here are
///   not recorded, so that no secret gets into a log by accident.
/// - `err`, `err(Debug)`, `err(level = "warn")`: emits an event with the returned error. The
///   defaults are `Display` and level `ERROR`.
/// - `ret`, `ret(Display)`, `ret(level = "trace")`: emits an event with the returned value. The
///   defaults are `Debug` and the span's level. Together with `err`, only on success.
/// - `skip(…)`, `skip_all`: have no effect, because parameters are not recorded by default.
///   They are accepted, so that arguments of `tracing::instrument` can be kept.
///
/// Of the 74 tests that `tracing-attributes` 0.1.31 was published with, 47 pass when this attribute
/// replaces `tracing::instrument` (`tests/tracing-attributes`). The others are about
///
/// - parameters that are recorded without being named, alone or beside `fields(…)` (18 tests);
/// - `parent = …`, `follows_from = …` and a name without `name =`, which are no arguments here (6);
/// - a field without a value in `fields(…)`, which is empty there, and here the parameter
///   or local of that name, as in `tracing::span!` (2);
/// - how often the span is entered by a future that does not wait for anything (1).
///
/// The function contains macros of `tracing`, which bind `interest`, `meta`, `span` and `enabled`. A
/// unit struct or constant of such a name in scope does not compile, as with `tracing::instrument`.
///
/// The events of `err` and `ret` are within the span. The time to format them is not part of the
/// call's latency.
///
/// # Events
///
/// With `events`, calls are recorded one by one, at their end: every error, every
/// panic, every slow call, and one in 1,000 of the others.
///
/// ```
/// # use autometrics::instrument_fn;
/// # struct Order { id: u64 } struct Card;
/// # impl std::fmt::Debug for Card {
/// #     fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str("…") }
/// # }
/// #[instrument_fn(events(fields(user = id, order.id, ?card), slower_than = "250ms"))]
/// fn charge(id: u64, order: Order, card: Card) -> Result<u64, String> {
///     # let _ = card;
///     Err(format!("order {} is not paid", order.id))
/// }
///
/// # let _ =
/// charge(7, Order { id: 51 }, Card);
/// let events = autometrics::recent_events();
/// assert_eq!(events[0].error.as_deref(), Some("order 51 is not paid"));
/// assert_eq!(events[0].field("user"), Some("7"));
/// ```
///
/// An event has the function with its module, file and line, the calls around it, its duration, its
/// outcome, the error's text (as `Display` formats it, else `Debug`), the fields and the trace. The most
/// recent events of each function are available from `autometrics::recent_events()` and in the explorer.
/// With feature `tracing-0_1`, each is also an event of crate `tracing`: at level `ERROR` for errors and panics,
/// `WARN` for slow calls, `INFO` for the others, with the function's module as target.
///
/// - `fields(…)`: additional fields, at most 16. Each is `name = value`, or a path such as `order.id`,
///   which is also the field's name. Values are formatted with `Display`, those with a `?` in front with
///   `Debug` (`%` means `Display`, too). Arguments that are not named are not recorded.
/// - `slower_than = "250ms"`, or a constant of type `Duration`: the duration from which on a call is slow. The
///   default is the limit in the settings. The latency threshold of the function's objective
///   is a second limit, and the lower limit applies.
///
/// The share of other calls that is recorded, the number of events per second, the length of texts, and
/// values that must not be recorded are settings:
/// [`Settings::events`](../autometrics/struct.Settings.html#method.events).
///
/// Fields are evaluated at the beginning of a call. `Copy` values, such as numbers and references, are
/// copied then, and formatted only if the call is recorded, which costs some nanoseconds. Any other value
/// may have been moved or dropped by the end, so it is formatted at the beginning of every call, which
/// costs an allocation. A reference is borrowed until the end of the call.
///
/// A future that is dropped before it is done makes no event. An event has no text for an error that `?`
/// returns early in a function with `#[track_caller]`, nor for the message of a panic.
///
/// # Links in documentation
///
/// `cargo doc` adds a line to the function's documentation, with links to its
/// charts in Prometheus, and to those of the functions that it calls. Editors
/// with rust-analyzer show the line, too. The compiler and its lints do not see it. A
/// method of a trait that has no documentation of its own keeps its trait's, and
/// gets no links.
///
/// Environment variables of the build control the links. When one changes, the crates that depend on
/// it are built again. `PROMETHEUS_URL` is the address of Prometheus, with its path if it has one
/// (default `http://localhost:9090`; on docs.rs there are no links by default).
/// `AUTOMETRICS_DOCS=off` builds documentation without links.
#[proc_macro_attribute]
pub fn instrument_fn(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(Dialect::Current, arguments.into(), item.into()).into()
}

/// The attribute of `autometrics` 3.0, documented where it is re-exported.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn autometrics(arguments: TokenStream, item: TokenStream) -> TokenStream {
    attribute::expand(Dialect::Autometrics3, arguments.into(), item.into()).into()
}

/// Expands to the links in the documentation of one function. Only rustdoc expands it.
#[doc(hidden)]
#[proc_macro]
pub fn links(arguments: TokenStream) -> TokenStream {
    docs::expand(arguments.into())
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// Implements `ResultLabels`, which defines whether a returned error, or any other returned value,
/// counts as an error, and of which kind.
///
/// ```
/// use autometrics::{ResultLabels, instrument_fn};
///
/// #[derive(Debug, ResultLabels)]
/// enum PaymentError {
///     /// `result="error"`, `error="card_declined"`
///     #[label(error = "card_declined")]
///     Declined { code: u16 },
///     /// `result="ok"`: the customer gave up, which is no failure of the service.
///     #[label(result = "ok")]
///     Cancelled,
///     /// The labels of the acquirer's error.
///     #[label(transparent)]
///     Acquirer(AcquirerError),
///     /// `result="error"` in `Err`
///     Other(String),
/// }
///
/// #[derive(Debug, ResultLabels)]
/// #[label(error = "acquirer_unavailable")]
/// struct AcquirerError;
///
/// #[instrument_fn]
/// fn charge(cents: u64) -> Result<(), PaymentError> {
///     Err(PaymentError::Acquirer(AcquirerError))
/// }
/// # let _ = charge(1);
/// ```
///
/// `#[label(…)]` is written on a variant, or on the type. On the type it applies to all variants
/// without a label of their own:
///
/// - `error = "kind"`: an error of this kind, which becomes the value of the label `error`.
/// - `result = "error"`: an error without a kind, also outside of `Err`.
/// - `result = "ok"`: no error, also in `Err`.
/// - `transparent`: the labels of the only field, whose type has `ResultLabels` itself.
/// - `crate = PATH`, on the type: the path of crate `autometrics`, if the dependency was
///   renamed.
///
/// A variant without a label is an error in `Err`, and no error elsewhere.
///
/// Each kind is a series for every function and caller in which it occurs. So a kind should name the
/// sort of failure, without values such as identifiers.
#[proc_macro_derive(ResultLabels, attributes(label))]
pub fn result_labels(input: TokenStream) -> TokenStream {
    derive::expand(input.into()).into()
}
