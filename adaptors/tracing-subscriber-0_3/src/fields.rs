//! Reads trace ids, span ids and sampled flags from span fields.

use std::fmt;

use tracing::field::{Field, Visit};

/// Names of the fields that are read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Names {
    pub(crate) trace_id: &'static str,
    pub(crate) span_id: &'static str,
    pub(crate) sampled: &'static str,
}

/// Values of a span's fields.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Fields {
    pub(crate) trace_id: Option<u128>,
    pub(crate) span_id: Option<u64>,
    pub(crate) sampled: Option<bool>,
}

impl Fields {
    pub(crate) fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Visitor that stores the values of the named fields.
pub(crate) struct Visitor<'a>(pub(crate) Names, pub(crate) &'a mut Fields);

impl Visitor<'_> {
    fn number(&mut self, field: &Field, number: u128) {
        let Self(names, fields) = self;
        if field.name() == names.trace_id {
            fields.trace_id = Some(number);
        } else if field.name() == names.span_id {
            fields.span_id = u64::try_from(number).ok();
        }
    }

    fn is_wanted(&self, field: &Field) -> bool {
        [self.0.trace_id, self.0.span_id].contains(&field.name())
    }
}

impl Visit for Visitor<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        if self.is_wanted(field) {
            self.record_str(field, &format!("{value:?}"));
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        if self.is_wanted(field) {
            if let Some(number) = hexadecimal(value) {
                self.number(field, number);
            }
        }
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.number(field, value.into());
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        if let Ok(value) = u128::try_from(value) {
            self.number(field, value);
        }
    }

    fn record_u128(&mut self, field: &Field, value: u128) {
        self.number(field, value);
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        if field.name() == self.0.sampled {
            self.1.sampled = Some(value);
        }
    }
}

/// Parses hexadecimal digits, with or without `0x`, quotes, or the hyphens of a UUID.
fn hexadecimal(text: &str) -> Option<u128> {
    let text = text.trim_matches('"');
    let digits = text.strip_prefix("0x").unwrap_or(text).replace('-', "");
    // `from_str_radix` would accept it as a sign.
    if digits.starts_with('+') {
        return None;
    }
    u128::from_str_radix(&digits, 16).ok()
}

#[cfg(test)]
mod tests {
    use super::hexadecimal;

    #[test]
    fn text_is_parsed_as_hexadecimal() {
        for (text, expected) in [
            (
                "4bf92f3577b34da6a3ce929d0e0e4736",
                Some(0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736),
            ),
            (
                "4BF92F35-77b3-4da6-a3ce-929d0e0e4736",
                Some(0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736),
            ),
            ("0xf067", Some(0xf067)),
            ("\"f067\"", Some(0xf067)),
            ("10", Some(16)),
            ("14bf92f3577b34da6a3ce929d0e0e4736", None),
            ("+10", None),
            ("request 10", None),
            ("", None),
        ] {
            assert_eq!(hexadecimal(text), expected, "{text}");
        }
    }
}
