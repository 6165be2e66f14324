//! The variables of the OpenTelemetry specification, read as it says.
//!
//! An empty variable is none. One that can't be read is warned of and taken for none, as
//! the [specification] wants it, so that a typing mistake ends no program.
//!
//! [specification]: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/

use std::time::Duration;

use http::{HeaderName, HeaderValue};
use percent_encoding::percent_decode_str;

/// The longest time that is read: what every implementation takes, and 24 days.
pub(crate) const LONGEST: Duration = Duration::from_millis(i32::MAX as u64);

/// Headers that are ours to set.
const OURS: [&str; 6] = [
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "host",
    "transfer-encoding",
];

/// Where variables come from, and what was wrong with them.
pub(crate) struct Variables<'a> {
    read: &'a dyn Fn(&str) -> Option<String>,
    warnings: Vec<String>,
}

impl<'a> Variables<'a> {
    /// Those that `read` knows.
    pub(crate) fn new(read: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            read,
            warnings: Vec::new(),
        }
    }

    /// What was wrong, a sentence each.
    pub(crate) fn into_warnings(self) -> Vec<String> {
        self.warnings
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let text = (self.read)(name)?;
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// The first of `names` whose value `parse` takes, with its name.
    pub(crate) fn first<T>(
        &mut self,
        names: &[impl AsRef<str>],
        parse: impl Fn(&str) -> Result<T, String>,
    ) -> Option<T> {
        for name in names {
            let name = name.as_ref();
            let Some(text) = self.text(name) else {
                continue;
            };
            match parse(&text) {
                Ok(value) => return Some(value),
                Err(why) => {
                    let value = harmless(&text).map(|text| format!("={text}"));
                    let value = value.unwrap_or_default();
                    self.warn(format!("{name}{value}: {why}; it is ignored"));
                }
            }
        }
        None
    }

    pub(crate) fn warn(&mut self, warning: String) {
        self.warnings.push(warning);
    }

    /// Only `true` is true.
    pub(crate) fn is_true(&mut self, name: &str) -> bool {
        let parsed = self.first(&[name], |text| match &*text.to_ascii_lowercase() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("write true or false".to_owned()),
        });
        parsed.unwrap_or(false)
    }

    /// Parses `key=value` pairs. Warnings name a pair by its position: its value is a secret,
    /// and so may be its name where a colon or a blank takes the place of `=`.
    pub(crate) fn headers(&mut self, names: &[String]) -> Vec<(HeaderName, HeaderValue)> {
        let Some((name, text)) = names.iter().find_map(|name| Some((name, self.text(name)?)))
        else {
            return Vec::new();
        };
        let mut headers = Vec::new();
        let pairs = text.split(',').filter(|pair| !pair.trim().is_empty());
        for (number, pair) in (1..).zip(pairs) {
            let (key, value) = match pair.split_once('=') {
                Some((key, value)) => (key.trim(), value.trim()),
                None => ("", ""),
            };
            // A value that was not encoded is likely to be meant as it is.
            let plain = decoded(value).unwrap_or_else(|| value.to_owned());
            match header(key, &plain) {
                Ok(header) => headers.push(header),
                Err(why) => self.warn(format!("{name}: header {number} {why}; it is left out")),
            }
        }
        headers
    }

    /// `OTEL_RESOURCE_ATTRIBUTES`: all, or none if one of them can't be read.
    pub(crate) fn attributes(&mut self) -> Vec<(String, String)> {
        let parse = |text: &str| {
            let pairs = text.split(',').filter(|pair| !pair.trim().is_empty());
            let pairs = pairs.map(|pair| {
                let (key, value) = pair.split_once('=')?;
                let key = decoded(key.trim()).filter(|key| !key.is_empty())?;
                Some((key, decoded(value.trim())?))
            });
            pairs.collect::<Option<Vec<_>>>().ok_or_else(|| {
                "write key=value pairs with commas between them, and , = % as %2C %3D %25"
                    .to_owned()
            })
        };
        self.first(&["OTEL_RESOURCE_ATTRIBUTES"], parse)
            .unwrap_or_default()
    }
}

/// A time in milliseconds.
pub(crate) fn milliseconds(text: &str) -> Result<Duration, String> {
    match text.parse().map(Duration::from_millis) {
        Ok(time) if time <= LONGEST => Ok(time),
        _ => Err(format!(
            "write a whole number of milliseconds from 0 to {}",
            LONGEST.as_millis()
        )),
    }
}

/// Parses a header that requests may have. Errors contain neither its name nor its value.
pub(crate) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), &'static str> {
    let name = name
        .parse::<HeaderName>()
        .map_err(|_| "has no valid name: write name=value pairs with commas between them")?;
    if OURS.contains(&name.as_str()) {
        return Err("has a name that the exporter sets itself, such as content-type");
    }
    let mut value = value
        .parse::<HeaderValue>()
        .map_err(|_| "has a value with characters that headers can't have")?;
    value.set_sensitive(true);
    Ok((name, value))
}

/// Returns `text` if it cannot contain a secret: a single word without any of the characters
/// that stand beside passwords, keys and tokens.
pub(crate) fn harmless(text: &str) -> Option<&str> {
    const LONGEST: usize = 100;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_./:-[]".contains(&byte);
    (text.len() <= LONGEST && text.bytes().all(is_plain)).then_some(text)
}

/// `text` without percent-encoding, unless it is no text then.
fn decoded(text: &str) -> Option<String> {
    let bytes = text.as_bytes();
    let is_code =
        |rest: &[u8]| matches!(rest, [a, b, ..] if a.is_ascii_hexdigit() && b.is_ascii_hexdigit());
    let mut codes = bytes.iter().enumerate().filter(|(_, byte)| **byte == b'%');
    if !codes.all(|(at, _)| is_code(&bytes[at + 1..])) {
        return None;
    }
    let decoded = percent_decode_str(text).decode_utf8().ok()?;
    Some(decoded.into_owned())
}
