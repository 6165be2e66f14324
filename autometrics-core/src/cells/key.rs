//! The key of an edge: callee, caller, flow and how the calls ended, in one word.

use super::scope::{
    FIRST_REMOTE, FIRST_REMOTE_IN_FLOW, FLOW_BITS, ID_BITS, ID_MASK, NO_CALLER, NO_FLOW, ONLY_FLOW,
    OVERFLOW_CALLER, Scope,
};

const KIND_BITS: u32 = 10;
/// Bits below those of the caller.
const END_BITS: u32 = KIND_BITS + Key::FREE_BITS;
/// Bits below those of the scope in the call: callee and flow.
const INNER_BITS: u32 = ID_BITS + END_BITS;

/// Callee, caller, flow and kind of an edge. Never zero, as callees count from one.
///
/// The lowest bits are zeros, which distinguishes the header of an edge's cell from that of a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key(u64);

/// Outcome of the calls of a cell, or their being in flight.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct CallKind(u16);

impl CallKind {
    /// Calls that returned without an error.
    pub(crate) const OK: Self = Self(0);
    /// Calls that returned an error without an error kind.
    pub(crate) const ERROR: Self = Self(1);
    /// Calls that panicked.
    pub(crate) const PANIC: Self = Self(2);
    /// Calls that are in flight.
    pub(crate) const IN_FLIGHT: Self = Self(3);
    /// Calls that returned an error of a kind beyond the limit.
    pub(crate) const OVERFLOW: Self = Self(4);
    /// Calls of futures that were dropped before they finished.
    pub(crate) const CANCELLED: Self = Self(5);
    /// Number of kinds without a name.
    pub(crate) const UNNAMED: usize = 6;

    /// The number of kinds that may have names.
    pub(crate) const MOST_NAMES: usize = (1 << KIND_BITS) - Self::UNNAMED;

    /// Returns the kind of the error kind with the number `name`; the overflow kind beyond the limit.
    pub(crate) fn named(name: usize) -> Self {
        let number = u16::try_from(Self::UNNAMED + name).ok();
        let fits = number.filter(|number| number >> KIND_BITS == 0);
        fits.map_or(Self::OVERFLOW, Self)
    }

    /// Returns `true` if calls of this kind have ended, and were not cancelled.
    pub(crate) const fn is_finished(self) -> bool {
        self.0 != Self::IN_FLIGHT.0 && self.0 != Self::CANCELLED.0
    }

    /// Returns the number of the name of this error kind; `None` for kinds without a name.
    pub(crate) const fn name(self) -> Option<usize> {
        (self.0 as usize).checked_sub(Self::UNNAMED)
    }

    /// Returns the number of the kind, which is never zero for an error.
    #[inline]
    pub(crate) const fn number(self) -> u16 {
        self.0
    }

    #[inline]
    pub(crate) const fn from_number(number: u16) -> Self {
        Self(number)
    }

    /// Returns `self` unless it is `OK`; then `other`.
    #[inline]
    pub(crate) const fn or(self, other: Self) -> Self {
        if self.0 == Self::OK.0 { other } else { self }
    }
}

impl Key {
    /// The number of lowest bits that are zeros.
    pub(crate) const FREE_BITS: u32 = 6;

    /// Creates the key of calls of `callee` in `scope`.
    #[inline]
    pub(crate) const fn new(callee: u32, scope: Scope, kind: CallKind) -> Self {
        let inner = Scope::new(callee, scope.flow());
        Self(Self::begun(inner, scope).0 | (kind.number() as u64) << Self::FREE_BITS)
    }

    /// Returns the key of a call that begins: callee and flow of `inner`, the scope that the call
    /// makes, and the caller of `outer`, the scope around it.
    #[inline]
    pub(crate) const fn begun(inner: Scope, outer: Scope) -> Self {
        // The flow of `outer` would be among the bits of the kind.
        let caller = outer.with_flow(NO_FLOW).word() as u64;
        Self((inner.word() as u64) << INNER_BITS | caller << (END_BITS - FLOW_BITS))
    }

    /// Returns the key of the overflow caller with the same callee and kind, without a flow.
    pub(crate) const fn overflowed(self) -> Self {
        Self::new(
            self.callee(),
            Scope::new(OVERFLOW_CALLER, NO_FLOW),
            self.kind(),
        )
    }

    /// Returns the key without its flow: the same for calls of the edge in all flows.
    pub(crate) const fn without_flow(self) -> Self {
        let caller = match self.caller() {
            ONLY_FLOW => NO_CALLER,
            id if id >= FIRST_REMOTE_IN_FLOW && id < FIRST_REMOTE => {
                id - FIRST_REMOTE_IN_FLOW + FIRST_REMOTE
            }
            id => id,
        };
        Self::new(self.callee(), Scope::new(caller, NO_FLOW), self.kind())
    }

    /// Returns the key with another flow.
    pub(crate) const fn with_flow(self, flow: u8) -> Self {
        let scope = Scope::new(self.caller(), flow);
        Self::new(self.callee(), scope, self.kind())
    }

    /// Returns the key with another kind of calls.
    #[inline]
    pub(crate) const fn with_kind(self, kind: CallKind) -> Self {
        Self(self.0 >> END_BITS << END_BITS | (kind.0 as u64) << Self::FREE_BITS)
    }

    /// Returns the key of the caller–callee pair: the same for all flows and kinds of calls.
    pub(crate) const fn pair(self) -> Self {
        self.without_flow().with_kind(CallKind::OK)
    }

    /// Returns `true` if the caller is an instrumented function or a remote caller.
    pub(crate) const fn has_caller(self) -> bool {
        !matches!(self.caller(), NO_CALLER | ONLY_FLOW | OVERFLOW_CALLER)
    }

    #[inline]
    pub(crate) const fn word(self) -> u64 {
        self.0
    }

    #[inline]
    pub(crate) const fn from_word(word: u64) -> Self {
        Self(word)
    }

    #[inline]
    pub(crate) const fn callee(self) -> u32 {
        self.inner().caller()
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "masked")]
    pub(crate) const fn caller(self) -> u32 {
        (self.0 >> END_BITS) as u32 & ID_MASK
    }

    #[inline]
    pub(crate) const fn flow(self) -> u8 {
        self.inner().flow()
    }

    /// Returns the scope in the call.
    #[inline]
    pub(crate) const fn inner(self) -> Scope {
        Scope::from_word((self.0 >> INNER_BITS) as u32)
    }

    /// Returns the scope around the call.
    #[inline]
    pub(crate) const fn outer(self) -> Scope {
        Scope::new(self.caller(), self.flow()).around()
    }

    #[expect(clippy::cast_possible_truncation, reason = "ten bits")]
    pub(crate) const fn kind(self) -> CallKind {
        CallKind((self.0 >> Self::FREE_BITS) as u16 & ((1 << KIND_BITS) - 1))
    }

    /// Returns a hash, of which the highest bits are the best.
    ///
    /// Multiplies by 2^64 over the golden ratio (Knuth, TAOCP 3, 6.4): a bit of
    /// the product depends on all lower bits of the key, so only the highest
    /// depend on callee, caller and kind.
    #[inline]
    pub(crate) const fn hash(self) -> u64 {
        self.0.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}
