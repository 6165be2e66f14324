//! Token that agents have to send.

use std::{env, hint::black_box};

use http::{HeaderMap, header::AUTHORIZATION};

/// Environment variable with the token.
const VARIABLE: &str = "AUTOMETRICS_MCP_TOKEN";

/// Token that requests of agents must have. It has no `Debug`, so that it never gets into a log.
pub(crate) struct Token(Vec<u8>);

impl Token {
    pub(crate) fn new(token: String) -> Self {
        Self(token.into_bytes())
    }

    /// Returns the token in `AUTOMETRICS_MCP_TOKEN`; `None` if it is unset or empty.
    pub(crate) fn from_env() -> Option<Self> {
        let value = env::var_os(VARIABLE)?.into_encoded_bytes();
        // A value from a file often ends with a line break.
        let value = value.trim_ascii();
        (!value.is_empty()).then(|| Self(value.to_vec()))
    }

    /// Returns `true` if `headers` have this token. An empty token is in no request.
    pub(crate) fn is_in(&self, headers: &HeaderMap) -> bool {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let (Some(value), None) = (values.next(), values.next()) else {
            return false;
        };
        let Some((scheme, token)) = value.as_bytes().split_at_checked(7) else {
            return false;
        };
        let is_bearer = scheme.eq_ignore_ascii_case(b"bearer ");
        is_bearer && !self.0.is_empty() && self.equals(token.trim_ascii())
    }

    /// Compares in a time that depends on the length of `other` only.
    fn equals(&self, other: &[u8]) -> bool {
        let mut difference = u8::from(self.0.len() != other.len());
        for (at, byte) in other.iter().enumerate() {
            let expected = self.0.get(at).copied().unwrap_or_default();
            difference = black_box(difference | (expected ^ byte));
        }
        difference == 0
    }
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderValue, header::AUTHORIZATION};

    use super::Token;

    fn accepts(token: &str, value: &str) -> bool {
        let value = HeaderValue::from_str(value).unwrap();
        let headers = HeaderMap::from_iter([(AUTHORIZATION, value)]);
        Token::new(token.to_owned()).is_in(&headers)
    }

    #[test]
    fn only_the_whole_token_is_accepted() {
        for value in ["Bearer s3cret", "bearer s3cret", "BEARER  s3cret "] {
            assert!(accepts("s3cret", value), "{value}");
        }
        for value in [
            "",
            "Bearer",
            "Bearer ",
            "Bearer s3cre",
            "Bearer s3crets",
            "Bearer S3CRET",
            "Bearer s3cres",
            "Basic s3cret",
            "s3cret",
        ] {
            assert!(!accepts("s3cret", value), "{value}");
        }
    }

    #[test]
    fn empty_token_accepts_nothing() {
        for value in ["", "Bearer", "Bearer ", "Bearer x"] {
            assert!(!accepts("", value), "{value}");
        }
    }

    #[test]
    fn requests_without_or_with_two_tokens_are_refused() {
        let token = Token::new("s3cret".to_owned());
        assert!(!token.is_in(&HeaderMap::new()));
        let value = HeaderValue::from_static("Bearer s3cret");
        let mut headers = HeaderMap::from_iter([(AUTHORIZATION, value.clone())]);
        assert!(token.is_in(&headers));
        headers.append(AUTHORIZATION, value);
        assert!(!token.is_in(&headers));
    }
}
