//! Reads the environment variables of the OpenTelemetry specification.
//!
//! An empty variable counts as unset. One that cannot be parsed leads to a warning and counts as
//! unset too, as the [specification] requires, so that a typing mistake ends no program.
//!
//! [specification]: https://opentelemetry.io/docs/specs/otel/configuration/sdk-environment-variables/

use std::time::Duration;

use http::{HeaderName, HeaderValue};
use percent_encoding::percent_decode_str;

/// Longest time that is accepted, some 24 days: the range of `i32` milliseconds, which every
/// OpenTelemetry implementation accepts.
pub(crate) const LONGEST: Duration = Duration::from_millis(i32::MAX as u64);

/// Returns the names of the variables for an option, in order of precedence: for metrics, for all
/// signals.
pub(crate) fn named(option: &str) -> [String; 2] {
    ["OTEL_EXPORTER_OTLP_METRICS_", "OTEL_EXPORTER_OTLP_"].map(|of| format!("{of}{option}"))
}

/// Headers that only the exporter sets.
const OURS: [&str; 6] = [
    "connection",
    "content-encoding",
    "content-length",
    "content-type",
    "host",
    "transfer-encoding",
];

/// Source of the variables, and the warnings about them.
pub(crate) struct Variables<'a> {
    read: &'a dyn Fn(&str) -> Option<String>,
    warnings: Vec<String>,
}

impl<'a> Variables<'a> {
    /// Creates a reader of the variables that `read` returns.
    pub(crate) fn new(read: &'a dyn Fn(&str) -> Option<String>) -> Self {
        Self {
            read,
            warnings: Vec::new(),
        }
    }

    /// Returns the warnings, one sentence each.
    pub(crate) fn into_warnings(self) -> Vec<String> {
        self.warnings
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        let text = (self.read)(name)?;
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }

    /// Returns the first value of `names` that `parse` accepts. Adds a warning for each value that
    /// it refuses.
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
                    let value = without_secrets(&text).map(|text| format!("={text}"));
                    let value = value.unwrap_or_default();
                    self.warn(format!("{name}{value}: {why}; the value is ignored"));
                }
            }
        }
        None
    }

    pub(crate) fn warn(&mut self, warning: String) {
        self.warnings.push(warning);
    }

    /// Returns `true` only for the value `true`, in upper or lower case. Any other value than
    /// `true` and `false` leads to a warning.
    pub(crate) fn is_true(&mut self, name: &str) -> bool {
        let parsed = self.first(&[name], |text| match &*text.to_ascii_lowercase() {
            "true" => Ok(true),
            "false" => Ok(false),
            _ => Err("write true or false".to_owned()),
        });
        parsed.unwrap_or(false)
    }

    /// Parses the `key=value` pairs of the first variable that is set. A warning names a pair by
    /// its position, because its value is a secret. Its name may contain one too, if a colon or
    /// blank replaces the `=`.
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
            // A value with invalid percent-encoding is used literally.
            let plain = decoded(value).unwrap_or_else(|| value.to_owned());
            match header(key, &plain) {
                Ok(header) => headers.push(header),
                Err(why) => self.warn(format!(
                    "{name}: header {number} {why}; the header is not sent"
                )),
            }
        }
        headers
    }

    /// Parses `OTEL_RESOURCE_ATTRIBUTES`. Returns no attributes at all if one of them is invalid.
    pub(crate) fn attributes(&mut self) -> Vec<(String, String)> {
        let parse = |text: &str| {
            let pairs = text.split(',').filter(|pair| !pair.trim().is_empty());
            let pairs = pairs.map(|pair| {
                let (key, value) = pair.split_once('=')?;
                let key = decoded(key.trim()).filter(|key| !key.is_empty())?;
                Some((key, decoded(value.trim())?))
            });
            pairs.collect::<Option<Vec<_>>>().ok_or_else(|| {
                "write key=value pairs separated by commas, with , = % written as %2C %3D %25"
                    .to_owned()
            })
        };
        self.first(&["OTEL_RESOURCE_ATTRIBUTES"], parse)
            .unwrap_or_default()
    }
}

/// Parses a time in milliseconds, at most [`LONGEST`].
pub(crate) fn milliseconds(text: &str) -> Result<Duration, String> {
    match text.parse().map(Duration::from_millis) {
        Ok(time) if time <= LONGEST => Ok(time),
        _ => Err(format!(
            "write a whole number of milliseconds from 0 to {}",
            LONGEST.as_millis()
        )),
    }
}

/// Parses a request header. Errors contain neither its name nor its value.
pub(crate) fn header(name: &str, value: &str) -> Result<(HeaderName, HeaderValue), &'static str> {
    let name = name
        .parse::<HeaderName>()
        .map_err(|_| "has no valid name: write name=value pairs separated by commas")?;
    if OURS.contains(&name.as_str()) {
        return Err("has a name that is reserved for the exporter, such as content-type");
    }
    let mut value = value
        .parse::<HeaderValue>()
        .map_err(|_| "has a value with characters that are invalid in headers")?;
    value.set_sensitive(true);
    Ok((name, value))
}

/// Returns `text` if it cannot contain a secret: at most 100 characters, a single word, and none of
/// the characters that separate passwords, keys and tokens from other text.
pub(crate) fn without_secrets(text: &str) -> Option<&str> {
    const LONGEST: usize = 100;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_./:-[]".contains(&byte);
    (text.len() <= LONGEST && text.bytes().all(is_plain)).then_some(text)
}

/// Decodes percent-encoding. Returns `None` if it is malformed or does not decode to UTF-8.
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
