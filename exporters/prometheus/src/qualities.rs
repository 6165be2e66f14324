//! Parses request headers that list alternatives with qualities.

use http::{HeaderMap, HeaderName};

/// Returns the values of all headers called `name`, joined with commas, or `None` if there is none
/// that is readable.
pub(crate) fn list(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let values = headers.get_all(name).iter();
    let mut readable = values.filter_map(|value| value.to_str().ok());
    let first = readable.next()?.to_owned();
    Some(readable.fold(first, |list, more| list + "," + more))
}

/// Parses a quality. Returns it in thousandths, or `None` if it is malformed or not between 0 and
/// 1.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the value was checked to lie between 0 and 1"
)]
pub(crate) fn thousandths(quality: &str) -> Option<u16> {
    let quality: f32 = quality.parse().ok()?;
    (0.0..=1.0)
        .contains(&quality)
        .then_some((quality * 1000.0).round() as u16)
}

/// Splits `text` at each `separator` outside of double quotes, and trims the pieces.
pub(crate) fn split(text: &str, separator: u8) -> impl Iterator<Item = &str> {
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let text = rest?;
        let mut quoted = false;
        let end = text.bytes().position(|byte| {
            quoted ^= byte == b'"';
            byte == separator && !quoted
        });
        let (piece, tail) = match end {
            Some(end) => (&text[..end], Some(&text[end + 1..])),
            None => (text, None),
        };
        rest = tail;
        Some(piece.trim())
    })
}
