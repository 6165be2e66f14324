//! Scope of a thread: its innermost call, and the flow of that call, in one word.

/// Bits for the id of a function or of another caller.
pub(super) const ID_BITS: u32 = 20;
pub(super) const ID_MASK: u32 = (1 << ID_BITS) - 1;
/// Bits for the number of a flow.
pub(super) const FLOW_BITS: u32 = 8;
const FLOW_MASK: u32 = (1 << FLOW_BITS) - 1;

/// The caller of calls that no instrumented function made.
pub(crate) const NO_CALLER: u32 = 0;
/// The highest id of a function.
pub(crate) const MAX_ID: u32 = FIRST_REMOTE_IN_FLOW - 1;
/// The id of the first caller in another program, if a flow was carried with it.
pub(crate) const FIRST_REMOTE_IN_FLOW: u32 = 1 << (ID_BITS - 1);
/// The caller of calls in a named flow that no instrumented function made.
pub(crate) const ONLY_FLOW: u32 = FIRST_REMOTE - 1;
/// The id of the first caller in another program, without a flow.
pub(crate) const FIRST_REMOTE: u32 = FIRST_REMOTE_IN_FLOW + (1 << (ID_BITS - 2));
/// The caller of calls by one of the callers beyond the cardinality limit.
pub(crate) const OVERFLOW_CALLER: u32 = ID_MASK;

/// The number of no flow.
pub(crate) const NO_FLOW: u8 = 0;
/// The highest number of a flow.
pub(crate) const MAX_FLOW: u8 = 253;
/// The flow of calls in flows beyond the limit.
pub(crate) const OVERFLOW_FLOW: u8 = 254;
/// The flow of a function that has not been an outermost call yet. Never in a thread's scope.
pub(crate) const UNKNOWN_FLOW: u8 = 255;

/// The innermost call of a thread and its flow, or a callsite's id and the flow that it begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Scope(u32);

impl Scope {
    /// The scope outside of all calls and flows.
    pub(crate) const NONE: Self = Self(0);

    #[inline]
    pub(crate) const fn new(caller: u32, flow: u8) -> Self {
        Self(caller << FLOW_BITS | flow as u32)
    }

    #[inline]
    pub(crate) const fn from_word(word: u32) -> Self {
        Self(word)
    }

    #[inline]
    pub(crate) const fn word(self) -> u32 {
        self.0
    }

    /// Returns the id of the innermost call: of a function, or of a caller in another program.
    #[inline]
    pub(crate) const fn caller(self) -> u32 {
        self.0 >> FLOW_BITS
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "eight bits")]
    pub(crate) const fn flow(self) -> u8 {
        self.0 as u8
    }

    #[inline]
    pub(crate) const fn with_flow(self, flow: u8) -> Self {
        Self(self.0 & !FLOW_MASK | flow as u32)
    }

    /// Returns the scope in a call of the callsite `self`, made in the scope `outer`: in the flow
    /// of `outer`, or in its own flow if `outer` is in none.
    #[inline]
    pub(crate) const fn within(self, outer: Self) -> Self {
        if outer.flow() == NO_FLOW {
            self
        } else {
            self.with_flow(outer.flow())
        }
    }

    /// Returns the scope around a call that has this caller and is in this flow. The flow of an
    /// outermost call began with the call, so around it there is none.
    #[inline]
    pub(crate) const fn around(self) -> Self {
        // Ids of callers that are in no flow are zero, and those from `FIRST_REMOTE` on.
        if self.caller().wrapping_sub(1) < FIRST_REMOTE - 1 {
            self
        } else {
            self.with_flow(NO_FLOW)
        }
    }

    /// Returns the scope with the same caller in a flow, whichever flow it was in.
    pub(crate) const fn in_flow(self, flow: u8) -> Self {
        let caller = match self.caller() {
            NO_CALLER => ONLY_FLOW,
            id if id >= FIRST_REMOTE => id - FIRST_REMOTE + FIRST_REMOTE_IN_FLOW,
            id => id,
        };
        Self::new(caller, flow)
    }

    /// Returns the number of the caller in another program; `None` for other callers.
    pub(crate) const fn remote(caller: u32) -> Option<u32> {
        match caller {
            OVERFLOW_CALLER | ONLY_FLOW => None,
            id if id >= FIRST_REMOTE => Some(id - FIRST_REMOTE),
            id if id >= FIRST_REMOTE_IN_FLOW => Some(id - FIRST_REMOTE_IN_FLOW),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{FIRST_REMOTE, NO_FLOW, ONLY_FLOW, Scope};
    use crate::cells::{CallKind, Key};

    /// Returns the scope in a call of `site` within `outer`, and the scope after its end.
    fn call(site: Scope, outer: Scope) -> (Scope, Scope) {
        let inner = site.within(outer);
        let key = Key::begun(inner, outer);
        assert_eq!(key.inner(), inner);
        (inner, key.outer())
    }

    #[test]
    fn flow_begins_with_the_outermost_call_and_ends_with_it() {
        let (main, load) = (Scope::new(1, 7), Scope::new(2, 9));
        let (in_main, after) = call(main, Scope::NONE);
        assert_eq!((in_main.flow(), after), (7, Scope::NONE));
        let (in_load, after) = call(load, in_main);
        assert_eq!((in_load, after), (Scope::new(2, 7), in_main));
        // Recursion stays in the flow.
        assert_eq!(call(main, in_load), (in_main, in_load));
    }

    #[test]
    fn carried_flow_goes_on_and_is_restored() {
        let load = Scope::new(2, 9);
        let named = Scope::NONE.in_flow(5);
        assert_eq!(named, Scope::new(ONLY_FLOW, 5));
        assert_eq!(call(load, named), (Scope::new(2, 5), named));
        let remote = Scope::new(FIRST_REMOTE + 3, NO_FLOW);
        assert_eq!(call(load, remote), (Scope::new(2, 9), remote));
        let in_flow = remote.in_flow(5);
        assert_eq!(call(load, in_flow), (Scope::new(2, 5), in_flow));
        for scope in [remote, in_flow] {
            assert_eq!(Scope::remote(scope.caller()), Some(3));
        }
        assert_eq!(Scope::remote(named.caller()), None);
    }

    #[test]
    fn key_without_flow_is_the_same_in_all_flows() {
        let remote = Scope::new(FIRST_REMOTE + 3, NO_FLOW);
        for (scope, plain) in [
            (Scope::NONE.in_flow(5), Scope::NONE),
            (remote.in_flow(5), remote),
            (Scope::new(4, 5), Scope::new(4, NO_FLOW)),
        ] {
            let key = Key::new(1, scope, CallKind::ERROR);
            assert_eq!(key.without_flow(), Key::new(1, plain, CallKind::ERROR));
            assert_eq!(key.pair(), Key::new(1, plain, CallKind::OK));
            assert_eq!(key.flow(), 5);
        }
    }
}
