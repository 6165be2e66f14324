//! Tests the public API with the SDK's own in-memory exporters.
#![expect(
    clippy::needless_raw_string_hashes,
    reason = "`UPDATE_EXPECT=1` writes them"
)]

#[cfg(feature = "http")]
mod appending;
mod collected;
#[cfg(feature = "http")]
mod large;
mod observe;
mod series_limit;
mod span;
