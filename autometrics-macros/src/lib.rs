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
/// A call is `ok`, or an `error` when it returns `Err` or panics; [what counts as
/// an error](#what-counts-as-an-error) tells the rest.
///
/// An `async fn` is timed from its first poll until it is done; dropped before
/// that, it is counted as cancelled. So are functions that return a future
/// without being `async`, as `impl Future` or `Pin<Box<dyn Future>>`, by hand or
/// by the macro `async_trait`, which may stand above or below.
///
/// # Arguments
///
/// - `objective = CONST`, `objective = [A, B]`: the objectives that the function belongs to,
///   each judged on its own.
/// - `track_concurrency`: also count the calls in flight.
/// - `name = "…"`: the function's name in metrics, instead of `name` or
///   `Type::name`.
/// - `ok_if = TEST`, `error_if = TEST`: a function or closure that says whether
///   the call is ok, or an error.
/// - `span`, `span(…)`: a span of `tracing` around each call, see [Spans](#spans).
/// - `events`, `events(…)`: the calls that are worth it are kept one by one, see
///   [Events](#events).
/// - `crate = PATH`: where `autometrics` is, if the dependency was renamed.
///
/// On an `impl` block, a trait or an inline module the arguments hold for every
/// function in it that has a body. A function may have the attribute with
/// arguments of its own, which go before the block's, and `#[skip]` leaves it
/// out. In a decorated `impl` block of a type without parameters, `Self` may stand
/// in the objective, as in `objective = Self::SLO`.
///
/// # What counts as an error
///
/// The type decides, not its spelling: an alias of `Result` is a `Result`.
///
/// | returned | is an error |
/// |---|---|
/// | `Result` | `Err` |
/// | `ControlFlow` | `Break`, as it is what `?` returns early with |
/// | `Poll<T>`, `Poll<Option<Result<…>>>` | `Ready` with a `T`, or an item of a stream, that is one |
/// | types with `ResultLabels` | as they say |
/// | of crate `http`, with feature `http`: `StatusCode`, `Response`, tuples that begin with a status or with a response's parts | 5xx |
/// | all others, `Option` and a `Result` in a `Result` among them | never |
///
/// The value in `Ok`, `Err`, `Continue` and `Break` is asked, too: of the last two
/// lines of types, those that have a say have it here as well. So
/// `Err(StatusCode::NOT_FOUND)` is ok, and `Ok` with a response of 500 is an
/// error. An error of a kind that `ResultLabels` names has the label
/// `error="kind"`.
///
/// In a generic function a `T` is known by its bounds: `Result<T, E>` is a
/// `Result`, but `T` alone is `ok`, and has a say only as `T: ResultLabels`.
///
/// `ok_if` and `error_if` go before all that. A test takes, by reference, the
/// returned value or the error of a returned `Result`; one of an error leaves
/// `Ok` to the type. A closure that does not name the type it takes is one of
/// the value. What a test calls an error is of the kind that its type says.
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
/// With feature `tracing`, `span` opens a span of crate `tracing` around each call, named
/// as the function is in metrics, with the caller as the field `caller`. The call is
/// counted within it, so that [exemplars](../autometrics/struct.Settings.html#method.trace_source)
/// name this very span, which two attributes could only do in one order.
///
/// ```
/// # #[cfg(feature = "tracing")] mod example {
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
/// - `level = "debug"`, `name = "…"`, `target = "…"`: `"info"`, the function's name and
///   its module otherwise.
/// - `fields(…)`: as `tracing::span!` takes them. No parameter is recorded that is not
///   named here, so that no secret gets into a log unasked.
/// - `err`, `err(Debug)`, `err(level = "warn")`: an event with the error that is
///   returned, as `Display` at level `ERROR` otherwise.
/// - `ret`, `ret(Display)`, `ret(level = "trace")`: an event with the value that is
///   returned, as `Debug` at the span's level otherwise; with `err`, only on success.
/// - `skip(…)`, `skip_all`: nothing, as there is nothing to skip. They may stay where they
///   stood for `tracing::instrument`.
///
/// Of the 74 tests that `tracing-attributes` 0.1.31 was published with, 47 pass with this attribute in
/// the place of that (`tests/tracing-attributes`). The others are about
///
/// - parameters that are recorded without being named, alone or beside `fields(…)` (18 tests);
/// - `parent = …`, `follows_from = …` and a name without `name =`, which are no arguments here (6);
/// - a field without a value in `fields(…)`, which is empty there, and here the parameter
///   or local of that name, as in `tracing::span!` (2);
/// - how often a future enters the span that does not wait for anything (1).
///
/// Macros of `tracing` stand in the function and bind `interest`, `meta`, `span` and `enabled`, so that a
/// unit struct or constant of such a name in scope does not compile, as with its own attribute.
///
/// The events of `err` and `ret` are within the span. The time to format them is no part of the
/// call's latency.
///
/// # Events
///
/// With `events` calls are kept one by one, once it is known how they ended: every error, every
/// panic, every call that takes longer than it should, and one in 1,000 of the rest.
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
/// A kept call has its function, module and place, the calls around it, how long it took, how it
/// ended, the error's text (as `Display` shows it, else `Debug`), the fields and the trace. The last of each
/// function are remembered, for `autometrics::recent_events()` and the explorer; and with feature
/// `tracing` each is an event of crate `tracing`: `ERROR` for errors and panics,
/// `WARN` for what is slow, `INFO` for the rest, with the function's module as target.
///
/// - `fields(…)`: what else to keep, as `name = value`, or a path such as `order.id`, which is
///   its own name. Values are shown as `Display`, with `?` before them as `Debug` (`%` is `Display`,
///   too). Nothing is kept of the arguments that is not named. 16 at most.
/// - `slower_than = "250ms"`, or a constant of type `Duration`: from when on a call is slow. Otherwise as
///   the settings say. The latency threshold of the function's objective is a limit besides, and the lower one counts.
///
/// How many of the rest, how many a second, how long the texts, and what must not get out:
/// [`Settings::events`](../autometrics/struct.Settings.html#method.events).
///
/// Fields are evaluated when a call begins. What is `Copy`, numbers and references, is copied then
/// and shown only if the call is kept, which costs some nanoseconds; anything else may be gone by the end
/// and is shown at the beginning of every call, which costs an allocation. A reference is
/// borrowed to the end of the call.
///
/// A future that is dropped before it is done is no event. Nor is there a text for what `?` returns
/// early in a function with `#[track_caller]`, and for what a panic said.
///
/// # Links in documentation
///
/// `cargo doc` puts a line behind the function's documentation, with links to its
/// charts in Prometheus, and to those of the functions that it calls. Editors
/// with rust-analyzer show it, too. The compiler and its lints do not see it. A
/// method of a trait that has no documentation of its own keeps its trait's, and
/// gets no links.
///
/// The environment of the build decides, and a change builds again what depends
/// on it: `PROMETHEUS_URL` is where Prometheus is, with its path if it has one
/// (default `http://localhost:9090`; on docs.rs there are no links by default),
/// and `AUTOMETRICS_DOCS=off` is for documentation without links.
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

/// The links in the documentation of one function; only rustdoc expands it.
#[doc(hidden)]
#[proc_macro]
pub fn links(arguments: TokenStream) -> TokenStream {
    docs::expand(arguments.into())
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}

/// Lets an error, or any value that is returned, say what it counts as.
///
/// ```
/// use autometrics::{ResultLabels, instrument_fn};
///
/// #[derive(Debug, ResultLabels)]
/// enum PaymentError {
///     /// `result="error"`, `error="card_declined"`
///     #[label(error = "card_declined")]
///     Declined { code: u16 },
///     /// `result="ok"`: who gave up does not want to be told.
///     #[label(result = "ok")]
///     Cancelled,
///     /// What the acquirer's error says.
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
/// `#[label(…)]` stands on a variant, or on the type, where it is what all variants
/// without one say:
///
/// - `error = "kind"`: an error of this kind, which becomes the label `error`.
/// - `result = "error"`: an error without a kind, also where it is not in `Err`.
/// - `result = "ok"`: no error, also in `Err`.
/// - `transparent`: what the only field says, which has `ResultLabels` itself.
/// - `crate = PATH`, on the type: where `autometrics` is, if the dependency was
///   renamed.
///
/// A variant without a label is an error in `Err`, and none elsewhere.
///
/// Each kind is a series for every function and caller that it happens to.
/// Name what went wrong, and not what it went wrong with.
#[proc_macro_derive(ResultLabels, attributes(label))]
pub fn result_labels(input: TokenStream) -> TokenStream {
    derive::expand(input.into()).into()
}
