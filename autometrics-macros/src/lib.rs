//! The attribute of autometrics: `#[instrument_fn]`.
//!
//! What stands under the attribute goes through four rooms: `args` parses what was
//! written, `plan` decides per function what to do and checks that it can be
//! done, `docs` links its documentation to Prometheus, and `generate` writes it. Every mistake of one attribute is reported
//! at once, each on its own tokens, and the function itself is always emitted.

mod args;
mod attribute;
mod body;
mod docs;
mod edition;
mod errors;
mod exits;
#[cfg(test)]
mod expansions;
mod generate;
mod owner;
mod plan;
mod returned;

use proc_macro::TokenStream;

/// Counts and times the calls of a function, or of every method of an `impl` block.
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
/// A call is `ok`, or an `error` when it returns `Err` or panics. An `async fn`
/// is timed from its first poll until it is done; dropped before that, it is
/// counted as cancelled.
///
/// # Arguments
///
/// - `objective = CONST`: the objective that the function belongs to.
/// - `track_concurrency`: also count the calls in flight.
/// - `name = "…"`: the function's name in metrics, instead of `name` or
///   `Type::name`.
/// - `ok_if = TEST`, `error_if = TEST`: a function or closure that takes the
///   returned value by reference and says whether the call is ok, or an error.
/// - `crate = PATH`: where `autometrics` is, if the dependency was renamed.
///
/// ```
/// # use autometrics::instrument_fn;
/// #[instrument_fn(ok_if = Option::is_some)]
/// fn find(id: u64) -> Option<String> {
///     (id < 100).then(|| id.to_string())
/// }
///
/// #[instrument_fn(error_if = |status| *status >= 500)]
/// async fn respond(id: u64) -> u16 {
///     if find(id).is_some() { 200 } else { 404 }
/// }
/// ```
///
/// On an `impl` block the arguments hold for every method. A method may have the
/// attribute with arguments of its own, which go before the block's, and
/// `#[skip]` leaves it out.
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
    attribute::expand(arguments.into(), item.into()).into()
}

/// The links in the documentation of one function; only rustdoc expands it.
#[doc(hidden)]
#[proc_macro]
pub fn links(arguments: TokenStream) -> TokenStream {
    docs::expand(arguments.into())
        .unwrap_or_else(syn::Error::into_compile_error)
        .into()
}
