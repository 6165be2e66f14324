//! Compresses pages with gzip for requests that accept it.

use std::io::Write as _;

use flate2::{Compression, write::GzEncoder};

use crate::qualities::{split, thousandths};

/// Compression level. The next level takes three times as long to save 1 % of the page
/// (`examples/gzip_cost.rs`).
const LEVEL: u32 = 1;
/// Length up to which a page fits in one network packet, in bytes.
const ONE_PACKET: usize = 1_400;

/// Returns `true` if a page of `len` bytes is to be compressed for a request with the content
/// codings `accepted`.
///
/// A page of at most [`ONE_PACKET`] bytes is compressed only if the request refuses the
/// uncompressed page (RFC 9110, section 12.5.3).
pub(crate) fn is_wanted(accepted: &str, len: usize) -> bool {
    let (mut gzip, mut identity, mut others) = (None, None, None);
    for coding in split(accepted, b',') {
        let mut parts = split(coding, b';');
        let name = parts.next().unwrap_or_default();
        let known = if ["gzip", "x-gzip"]
            .iter()
            .any(|it| name.eq_ignore_ascii_case(it))
        {
            &mut gzip
        } else if name.eq_ignore_ascii_case("identity") {
            &mut identity
        } else if name == "*" {
            &mut others
        } else {
            continue;
        };
        if let Some(quality) = quality(parts) {
            known.get_or_insert(quality);
        }
    }
    let gzip = gzip.or(others).unwrap_or(0);
    match identity.or(others) {
        _ if gzip == 0 => false,
        Some(0) => true,
        Some(identity) if identity > gzip => false,
        _ => len > ONE_PACKET,
    }
}

/// Returns the quality among the `parameters` of a coding, in thousandths, 1000 if there is none.
/// `None` if it is malformed.
fn quality<'a>(parameters: impl Iterator<Item = &'a str>) -> Option<u16> {
    for parameter in parameters {
        if let Some((name, value)) = parameter.split_once('=') {
            if name.trim().eq_ignore_ascii_case("q") {
                return thousandths(value.trim());
            }
        }
    }
    Some(1000)
}

/// Compresses `page` with gzip.
pub(crate) fn compress(page: &[u8]) -> std::io::Result<Vec<u8>> {
    // Compression reduces pages of metrics to a tenth of their length or less.
    let compressed = Vec::with_capacity(page.len() / 10 + 64);
    let mut encoder = GzEncoder::new(compressed, Compression::new(LEVEL));
    encoder.write_all(page)?;
    encoder.finish()
}

#[cfg(test)]
mod tests {
    use super::{ONE_PACKET, is_wanted};

    #[track_caller]
    fn check(accepted: &str, long: bool, short: bool) {
        assert_eq!(is_wanted(accepted, ONE_PACKET + 1), long, "a long page");
        assert_eq!(is_wanted(accepted, ONE_PACKET), short, "a short page");
    }

    #[test]
    fn long_pages_are_compressed_for_scrapers_and_browsers() {
        // Prometheus with and without `enable_compression`, VictoriaMetrics, curl, browsers.
        check("gzip", true, false);
        check("identity", false, false);
        check("deflate, gzip, br, zstd", true, false);
        check("gzip, deflate, br", true, false);
        check("", false, false);
    }

    #[test]
    fn quality_decides_and_zero_refuses() {
        check("gzip;q=0", false, false);
        check("gzip;q=0.000, *", false, false);
        check("gzip;q=0.001", true, false);
        check("gzip;q=0.5, identity;q=0.8", false, false);
        check("identity;q=0.5, gzip;q=0.8", true, false);
        check("identity, gzip", true, false);
        check("br, deflate", false, false);
    }

    #[test]
    fn star_covers_codings_that_are_not_named() {
        check("*", true, false);
        check("*;q=0", false, false);
        check("br;q=1.0, *;q=0.5", true, false);
        check("gzip;q=0.3, *;q=0.5", false, false);
        check("identity;q=0.3, *;q=0.5", true, false);
    }

    #[test]
    fn short_pages_are_compressed_if_identity_is_refused() {
        check("gzip, identity;q=0", true, true);
        check("gzip;q=0.1, *;q=0", true, true);
        check("*, identity;q=0", true, true);
        // No accepted coding is supported here: an uncompressed answer is better than none.
        check("br, identity;q=0", false, false);
        check("identity;q=0", false, false);
    }

    #[test]
    fn case_blanks_and_old_names_are_parsed_and_nonsense_is_ignored() {
        check(" GZip ; Q=0.5 , identity ; q=0.2", true, false);
        check("x-gzip", true, false);
        check("gzip;level=9", true, false);
        check("gzip;q=0, gzip", false, false);
        for nonsense in ["gzip;q=2", "gzip;q=NaN", "gzip;q=", ",;=", "gzipped", "\""] {
            check(nonsense, false, false);
        }
    }
}
