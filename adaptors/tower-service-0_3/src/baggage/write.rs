//! Writes our members into a request's baggage, and keeps those of others.

use autometrics_core::RemoteCaller;
use http::{HeaderMap, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    BAGGAGE, FLOW, FUNCTION, LONGEST_FLOW, MODULE, MOST_BYTES, MOST_MEMBERS, SERVICE, split, trim,
};

/// Encodes everything except RFC 3986's unreserved characters. That is more than required, so that
/// no proxy interprets a character.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Our members of a baggage, encoded.
#[derive(Debug)]
pub(crate) struct Members {
    all: String,
    /// Length of the members of the caller, without the flow.
    caller: usize,
}

impl Members {
    /// Formats `caller` and the flow of its call, whose name is cut to 256 bytes.
    pub(crate) fn new(caller: &RemoteCaller, flow: Option<&str>) -> Self {
        let [service, module, function] = [&caller.service, &caller.module, &caller.function]
            .map(|text| utf8_percent_encode(text, ENCODED));
        let mut all = format!("{SERVICE}={service},{MODULE}={module},{FUNCTION}={function}");
        let caller = all.len();
        if let Some(flow) = flow {
            all.extend([",", FLOW, "="]);
            all.extend(utf8_percent_encode(cut(flow), ENCODED));
        }
        Self { all, caller }
    }

    /// Returns all members if there is room for them beside `others`, or else those of the caller,
    /// or else `None`.
    fn fitting(&self, others: &[&[u8]]) -> Option<&str> {
        let candidates = [self.all.as_str(), &self.all[..self.caller]];
        candidates
            .into_iter()
            .find(|own_members| has_room(others, own_members))
    }
}

/// Replaces our members in the baggage with `own_members`, or removes them.
///
/// The members of others stay in their order. If there is no room beside them, the flow is left out,
/// and without room for the caller all of `own_members`. A request that has none of our members and
/// gets none is not changed.
pub(crate) fn replace(headers: &mut HeaderMap, own_members: Option<&Members>) {
    let present = headers.get_all(BAGGAGE);
    let all = present.iter().flat_map(|header| split(header.as_bytes()));
    let (stale, mut kept): (Vec<_>, Vec<_>) = all.partition(|member| is_ours(member));
    let added = own_members.and_then(|own_members| own_members.fitting(&kept));
    if stale.is_empty() && added.is_none() {
        return;
    }
    kept.extend(added.map(str::as_bytes));
    let is_empty = kept.is_empty();
    let baggage = HeaderValue::from_bytes(&kept.join(&b','));
    let is_sensitive = present.iter().any(HeaderValue::is_sensitive);
    match baggage {
        Ok(mut baggage) if !is_empty => {
            baggage.set_sensitive(is_sensitive);
            // A map that takes no more headers is left as it is.
            let _ = headers.try_insert(BAGGAGE, baggage);
        }
        _ => {
            headers.remove(BAGGAGE);
        }
    }
}

fn cut(flow: &str) -> &str {
    let mut end = flow.len().min(LONGEST_FLOW);
    while !flow.is_char_boundary(end) {
        end -= 1;
    }
    &flow[..end]
}

fn is_ours(member: &[u8]) -> bool {
    let key = member.split(|byte| b"=;".contains(byte)).next();
    let own_keys = [SERVICE, MODULE, FUNCTION, FLOW].map(str::as_bytes);
    own_keys.contains(&trim(key.unwrap_or_default()))
}

fn has_room(others: &[&[u8]], own_members: &str) -> bool {
    let members = others.len() + split(own_members.as_bytes()).count();
    let bytes: usize = others.iter().map(|member| member.len() + 1).sum();
    members <= MOST_MEMBERS && bytes + own_members.len() <= MOST_BYTES
}
