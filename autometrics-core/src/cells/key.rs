//! What a cell counts: who was called, by whom, and how it ended, in one word.

/// Bits for a function's id.
const ID_BITS: u32 = 24;
const ID_MASK: u64 = (1 << ID_BITS) - 1;
const KIND_BITS: u32 = 16;

/// The caller of calls that no instrumented function made.
pub(crate) const NO_CALLER: u32 = 0;
/// The caller of calls by one of the callers beyond the cardinality limit.
#[expect(clippy::cast_possible_truncation, reason = "24 bits fit")]
pub(crate) const OVERFLOW_CALLER: u32 = ID_MASK as u32;
/// The highest id of a function.
pub(crate) const MAX_ID: u32 = OVERFLOW_CALLER - 1;

/// Callee, caller and kind of a cell. Never zero, as callees count from one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key(u64);

/// What the calls of a cell have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u16)]
pub enum Kind {
    /// They returned, and not with an error.
    Ok = 0,
    /// They returned with an error.
    Error = 1,
    /// They panicked.
    Panic = 2,
    /// Not finished calls, but those in flight and those cancelled.
    Lifecycle = 3,
}

impl Key {
    #[inline]
    pub(crate) const fn new(callee: u32, caller: u32, kind: Kind) -> Self {
        Self((callee as u64) << (ID_BITS + KIND_BITS) | (caller as u64) << KIND_BITS | kind as u64)
    }

    /// The key of the cell that takes what this one would, once there are too many.
    pub(crate) const fn folded(self) -> Self {
        Self::new(self.callee(), OVERFLOW_CALLER, self.kind())
    }

    /// The same edge with another kind of calls.
    #[inline]
    pub(crate) const fn with_kind(self, kind: Kind) -> Self {
        Self(self.0 >> KIND_BITS << KIND_BITS | kind as u64)
    }

    /// The same for all kinds of calls of one edge.
    pub(crate) const fn pair(self) -> Self {
        self.with_kind(Kind::Ok)
    }

    /// Whether an instrumented function made the calls.
    pub(crate) const fn has_caller(self) -> bool {
        self.caller() != NO_CALLER && self.caller() != OVERFLOW_CALLER
    }

    #[inline]
    pub(crate) const fn word(self) -> u64 {
        self.0
    }

    pub(crate) const fn from_word(word: u64) -> Self {
        Self(word)
    }

    #[inline]
    pub(crate) const fn callee(self) -> u32 {
        (self.0 >> (ID_BITS + KIND_BITS) & ID_MASK) as u32
    }

    #[inline]
    pub(crate) const fn caller(self) -> u32 {
        (self.0 >> KIND_BITS & ID_MASK) as u32
    }

    pub(crate) const fn kind(self) -> Kind {
        match self.0 & ((1 << KIND_BITS) - 1) {
            0 => Kind::Ok,
            1 => Kind::Error,
            2 => Kind::Panic,
            _ => Kind::Lifecycle,
        }
    }

    /// Spreads keys over the 64 bits; the highest are the best.
    ///
    /// Multiplies by 2^64 over the golden ratio (Knuth, TAOCP 3, 6.4): a bit of
    /// the product depends on all lower bits of the key, so only the highest
    /// depend on callee, caller and kind.
    #[inline]
    pub(crate) const fn hash(self) -> u64 {
        self.0.wrapping_mul(0x9E37_79B9_7F4A_7C15)
    }
}
