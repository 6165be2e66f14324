//! Decodes and encodes the bodies of requests.

use std::{
    fmt,
    io::{self, Read as _, Write as _},
};

use flate2::{Compression, read::MultiGzDecoder, write::GzEncoder};
use http::{HeaderMap, HeaderName, HeaderValue, header};

/// Compression of a body that metrics can be appended to.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Encoding {
    Plain,
    Gzip,
}

/// Reason why metrics cannot be appended to a body.
#[derive(Debug)]
pub(crate) enum Refused {
    Type(String),
    Compression(String),
    Broken(io::Error),
    Message(prost::DecodeError),
}

impl Encoding {
    pub(crate) fn of(headers: &HeaderMap) -> Result<Self, Refused> {
        let kind = value(headers, &header::CONTENT_TYPE);
        let essence = kind.split(';').next().unwrap_or_default().trim();
        if !essence.eq_ignore_ascii_case("application/x-protobuf") {
            return Err(Refused::Type(kind));
        }
        let compression = value(headers, &header::CONTENT_ENCODING);
        match &*compression.to_ascii_lowercase() {
            "" | "identity" => Ok(Self::Plain),
            "gzip" => Ok(Self::Gzip),
            _ => Err(Refused::Compression(compression)),
        }
    }

    pub(crate) fn decode(self, body: &[u8]) -> Result<Vec<u8>, Refused> {
        match self {
            Self::Plain => Ok(body.to_vec()),
            Self::Gzip => {
                let mut plain = Vec::new();
                MultiGzDecoder::new(body)
                    .read_to_end(&mut plain)
                    .map_err(Refused::Broken)?;
                Ok(plain)
            }
        }
    }

    /// Compresses the body as a whole. By RFC 1952 a second gzip member could follow the first, but
    /// some readers ignore it.
    pub(crate) fn encode(self, body: Vec<u8>) -> Result<Vec<u8>, Refused> {
        match self {
            Self::Plain => Ok(body),
            Self::Gzip => {
                let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
                encoder.write_all(&body).map_err(Refused::Broken)?;
                encoder.finish().map_err(Refused::Broken)
            }
        }
    }
}

/// Returns the value of a header, or an empty string if it is missing.
fn value(headers: &HeaderMap, name: &HeaderName) -> String {
    let value = headers.get(name).map(HeaderValue::as_bytes);
    String::from_utf8_lossy(value.unwrap_or_default()).into_owned()
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(kind) => write!(
                f,
                "the content-type is `{kind}`; choose the protocol `http/protobuf`"
            ),
            Self::Compression(compression) => write!(
                f,
                "the content-encoding is `{compression}`; choose `gzip` or none"
            ),
            Self::Broken(error) => write!(f, "the body is not valid gzip: {error}"),
            Self::Message(error) => write!(f, "the body is not an OTLP request: {error}"),
        }
    }
}
