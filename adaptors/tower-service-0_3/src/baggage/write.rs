//! Writes our members into a request's baggage, and keeps those of others.

use autometrics_core::RemoteCaller;
use http::{HeaderMap, HeaderValue};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{BAGGAGE, FUNCTION, MODULE, MOST_BYTES, MOST_MEMBERS, SERVICE, split, trim};

/// Encodes everything except RFC 3986's unreserved characters. That is more than required, so that
/// no proxy interprets a character.
const ENCODED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Formats `caller` as members of a baggage.
pub(crate) fn members(caller: &RemoteCaller) -> String {
    let [service, module, function] = [&caller.service, &caller.module, &caller.function]
        .map(|text| utf8_percent_encode(text, ENCODED));
    format!("{SERVICE}={service},{MODULE}={module},{FUNCTION}={function}")
}

/// Replaces our members in the baggage with `own_members`, or removes them.
///
/// The members of others stay in their order. If there is no room for `own_members` beside them,
/// they are left out. A request that has none of our members and gets none is not changed.
pub(crate) fn replace(headers: &mut HeaderMap, own_members: Option<&str>) {
    let present = headers.get_all(BAGGAGE);
    let all = present.iter().flat_map(|header| split(header.as_bytes()));
    let (stale, mut kept): (Vec<_>, Vec<_>) = all.partition(|member| is_ours(member));
    let added = own_members.filter(|own_members| has_room(&kept, own_members));
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

fn is_ours(member: &[u8]) -> bool {
    let key = member.split(|byte| b"=;".contains(byte)).next();
    let own_keys = [SERVICE, MODULE, FUNCTION].map(str::as_bytes);
    own_keys.contains(&trim(key.unwrap_or_default()))
}

fn has_room(others: &[&[u8]], own_members: &str) -> bool {
    let members = others.len() + split(own_members.as_bytes()).count();
    let bytes: usize = others.iter().map(|member| member.len() + 1).sum();
    members <= MOST_MEMBERS && bytes + own_members.len() <= MOST_BYTES
}
