//! Reads the caller and its flow from a baggage, and checks them.

use autometrics_core::{RefusedCaller, RemoteCaller};
use http::HeaderMap;
use percent_encoding::percent_decode;

use super::{BAGGAGE, FLOW, FUNCTION, MODULE, MOST_BYTES, MOST_MEMBERS, SERVICE, split, trim};

/// The function that sent a request, and the flow that it belongs to.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Sender {
    pub(crate) caller: RemoteCaller,
    /// Name of the flow; `None` if there is no valid one.
    pub(crate) flow: Option<String>,
}

/// Returns the sender of a request with these headers, or `None` if they name no caller.
///
/// Several headers form one list. It is accepted as a whole or not at all: a list with a malformed
/// part may have been cut, or forged. Only the name of the flow does not matter to the caller: an
/// invalid one is ignored.
pub(crate) fn sender(headers: &HeaderMap) -> Result<Option<Sender>, RefusedCaller> {
    let headers = headers.get_all(BAGGAGE);
    // Headers are joined with one comma each.
    let bytes: usize = headers.iter().map(|header| header.len() + 1).sum();
    if bytes > MOST_BYTES + 1 {
        let bytes = bytes - 1;
        return refuse(format!(
            "its baggage has {bytes} bytes; at most {MOST_BYTES} are allowed"
        ));
    }
    let mut named = Named::default();
    let members = headers.iter().flat_map(|header| split(header.as_bytes()));
    for (number, member) in (1..).zip(members) {
        if number > MOST_MEMBERS {
            return refuse(format!("its baggage has more than {MOST_MEMBERS} members"));
        }
        let Some((key, value)) = pair(member) else {
            return refuse(format!(
                "member {number} of its baggage is not `key=value` in the W3C format"
            ));
        };
        named.take(key, value)?;
    }
    named.sender()
}

/// Encoded values of our members in the baggage.
#[derive(Default)]
struct Named<'a> {
    service: Option<&'a [u8]>,
    module: Option<&'a [u8]>,
    function: Option<&'a [u8]>,
    flow: Option<&'a [u8]>,
    /// Number of members with a flow.
    flows: usize,
}

impl<'a> Named<'a> {
    /// Stores the value if the key is one of ours.
    ///
    /// Returns an error if a member of the caller occurs twice.
    fn take(&mut self, key: &[u8], value: &'a [u8]) -> Result<(), RefusedCaller> {
        let own_keys = [
            (SERVICE, &mut self.service),
            (MODULE, &mut self.module),
            (FUNCTION, &mut self.function),
        ];
        for (name, slot) in own_keys {
            if key == name.as_bytes() && slot.replace(value).is_some() {
                return refuse(format!("its baggage contains `{name}` twice"));
            }
        }
        if key == FLOW.as_bytes() {
            self.flow = Some(value);
            self.flows += 1;
        }
        Ok(())
    }

    fn sender(self) -> Result<Option<Sender>, RefusedCaller> {
        if self.service.is_none() && self.module.is_none() && self.function.is_none() {
            return Ok(None);
        }
        let text = |name: &str, value: Option<&[u8]>| match value {
            Some(value) => decode(name, value),
            None => refuse(format!("its baggage has no `{name}`")),
        };
        let caller = RemoteCaller::new(
            text(SERVICE, self.service)?,
            text(MODULE, self.module.or(Some(b"")))?,
            text(FUNCTION, self.function)?,
        )?;
        Ok(Some(Sender {
            caller,
            flow: self.flow(),
        }))
    }

    /// Returns the name of the flow; `None` if it is ambiguous, malformed, empty or not printable.
    fn flow(&self) -> Option<String> {
        let value = self.flow.filter(|_| self.flows == 1)?;
        let name = decode(FLOW, value).ok()?;
        let is_valid = !name.trim().is_empty() && !name.chars().any(char::is_control);
        is_valid.then_some(name)
    }
}

fn refuse<T>(why: String) -> Result<T, RefusedCaller> {
    Err(RefusedCaller::new(why))
}

/// Returns key and value of a member. Its properties are checked and dropped.
fn pair(member: &[u8]) -> Option<(&[u8], &[u8])> {
    let mut parts = member.split(|&byte| byte == b';');
    let (key, value) = assignment(parts.next()?)?;
    parts
        .all(|property| assignment(property).is_some() || is_token(trim(property)))
        .then_some((key, value))
}

fn assignment(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let equals = text.iter().position(|&byte| byte == b'=')?;
    let (key, value) = (trim(&text[..equals]), trim(&text[equals + 1..]));
    (is_token(key) && value.iter().all(|&byte| is_octet(byte))).then_some((key, value))
}

/// Returns `true` for a `token` of RFC 9110, section 5.6.2.
fn is_token(text: &[u8]) -> bool {
    let of_token = |byte: &u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(byte);
    !text.is_empty() && text.iter().all(of_token)
}

/// Returns `true` for a `baggage-octet`: printable ASCII except `"`, `,`, `;` and `\`.
fn is_octet(byte: u8) -> bool {
    byte.is_ascii_graphic() && !b"\",;\\".contains(&byte)
}

fn decode(name: &str, value: &[u8]) -> Result<String, RefusedCaller> {
    // The decoder leaves malformed codes unchanged.
    let codes = value.split(|&byte| byte == b'%').skip(1);
    let of_code =
        |code: Option<&[u8]>| code.is_some_and(|code| code.iter().all(u8::is_ascii_hexdigit));
    if !codes.map(|code| code.get(..2)).all(of_code) {
        return refuse(format!(
            "its `{name}` contains a `%` without two hexadecimal digits"
        ));
    }
    match percent_decode(value).decode_utf8() {
        Ok(text) => Ok(text.into_owned()),
        Err(_) => refuse(format!("its `{name}` is not UTF-8")),
    }
}
