//! HTTP statuses as error kinds, such as `error="503"`.

use super::{ErrorKind, ResultLabel};

/// Returns the label of a response with the status `code`: an error with the status as its error
/// kind from 500 to 599, ok otherwise.
#[inline]
pub(super) fn label(code: u16) -> ResultLabel {
    match code.checked_sub(FIRST).map(usize::from) {
        Some(at) if at < COUNT => ResultLabel::error(&KINDS[at]),
        _ => ResultLabel::Ok,
    }
}

const FIRST: u16 = 500;
const COUNT: usize = 100;

/// The names `500` to `599`, concatenated.
static DIGITS: [u8; 3 * COUNT] = {
    let mut digits = [b'5'; 3 * COUNT];
    let mut at = 0;
    while at < COUNT {
        #[expect(clippy::cast_possible_truncation, reason = "below 10")]
        let (tens, ones) = ((at / 10) as u8, (at % 10) as u8);
        digits[3 * at + 1] = b'0' + tens;
        digits[3 * at + 2] = b'0' + ones;
        at += 1;
    }
    digits
};

/// One error kind per status. An error kind occupies one of the 1,000 names only after the first
/// response with the status.
static KINDS: [ErrorKind; COUNT] = {
    let mut kinds = [const { ErrorKind::new("5xx") }; COUNT];
    let mut at = 0;
    while at < COUNT {
        let (_, rest) = DIGITS.split_at(3 * at);
        if let Ok(name) = std::str::from_utf8(rest.split_at(3).0) {
            kinds[at] = ErrorKind::new(name);
        }
        at += 1;
    }
    kinds
};

#[cfg(test)]
mod tests {
    use super::{ResultLabel, label};

    #[test]
    fn statuses_from_500_to_599_are_error_kinds() {
        for (code, expected) in [
            (100, None),
            (200, None),
            (404, None),
            (499, None),
            (500, Some("500")),
            (503, Some("503")),
            (599, Some("599")),
            (600, None),
            (u16::MAX, None),
        ] {
            let found = match label(code) {
                ResultLabel::Error(kind) => kind.map(super::ErrorKind::name),
                ResultLabel::Ok => None,
            };
            assert_eq!(found, expected, "{code}");
        }
    }
}
