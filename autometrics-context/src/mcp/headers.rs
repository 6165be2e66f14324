//! Headers with which HTTP repeats parts of a message.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::problem::Problem;

/// Headers of a request over HTTP that repeat parts of its message. Proxies read them, so a
/// difference would let a message pass that the proxy refuses.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headers {
    /// Value of `MCP-Protocol-Version`.
    pub protocol_version: Option<String>,
    /// Value of `Mcp-Method`.
    pub method: Option<String>,
    /// Value of `Mcp-Name`.
    pub name: Option<String>,
}

impl Headers {
    /// Checks that the headers of a request of the modern era are those of its message.
    pub(super) fn check(
        &self,
        revision: &str,
        method: &str,
        params: &Map<String, Value>,
    ) -> Result<(), Problem> {
        let is_same = |header: &str, found: &Option<String>, expected: &str| {
            let found = found.as_deref().map(decoded);
            if found.as_deref() == Some(expected) {
                Ok(())
            } else {
                Err(Problem::header_mismatch(header, found.as_deref(), expected))
            }
        };
        is_same("MCP-Protocol-Version", &self.protocol_version, revision)?;
        is_same("Mcp-Method", &self.method, method)?;
        let named = match method {
            "tools/call" | "prompts/get" => params.get("name"),
            "resources/read" => params.get("uri"),
            _ => None,
        };
        match named.and_then(Value::as_str) {
            Some(name) => is_same("Mcp-Name", &self.name, name),
            None => Ok(()),
        }
    }
}

/// Decodes a value that is written as `=?base64?…?=` because it is no plain text. Malformed values
/// stay as they are, and match no name.
fn decoded(value: &str) -> Cow<'_, str> {
    let encoded = value
        .strip_prefix("=?base64?")
        .and_then(|value| value.strip_suffix("?="));
    let text = encoded
        .and_then(base64)
        .and_then(|bytes| String::from_utf8(bytes).ok());
    text.map_or(Cow::Borrowed(value), Cow::Owned)
}

/// Decodes base64 with padding.
fn base64(text: &str) -> Option<Vec<u8>> {
    let digits = text.trim_end_matches('=');
    if text.len() % 4 != 0 || text.len() - digits.len() > 2 {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0_u32, 0);
    for digit in digits.bytes() {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            b'/' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count).to_le_bytes()[0]);
            bits &= (1 << count) - 1;
        }
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::decoded;

    #[test]
    fn values_in_base64_are_decoded() {
        for (value, expected) in [
            ("context", "context"),
            ("=?base64?Y29udGV4dA==?=", "context"),
            ("=?base64?c3VzcGVjdHM=?=", "suspects"),
            ("=?base64?c2VhcmNo?=", "search"),
            ("=?base64?w6nwn6aAPz4=?=", "é🦀?>"),
            ("=?base64??=", ""),
        ] {
            assert_eq!(decoded(value), expected);
        }
    }

    #[test]
    fn malformed_base64_stays_as_it_is() {
        for value in [
            "=?base64?",
            "=?base64?Y29udGV4dA?=",
            "=?base64?Y===?=",
            "=?base64?====?=",
            "=?base64?Y2 9?=",
            "=?base64?gICA?=",
            "=?BASE64?Y29udGV4dA==?=",
        ] {
            assert_eq!(decoded(value), value);
        }
    }
}
