//! The classification of a call, and the error kinds that its function may return.

use std::marker::PhantomData;

use super::{AddKinds, ErrorKinds, ResultLabels};
use crate::cells::CallKind;

/// The classification of a call.
///
/// `kinds` is a function pointer that is known at compile time and called once per edge, so that
/// every error kind is exported with value 0 before its first occurrence. It costs a call nothing.
#[derive(Clone, Copy, Debug)]
pub struct Verdict {
    pub(crate) kind: CallKind,
    pub(crate) kinds: Option<AddKinds>,
}

/// The classification of the success or the failure half of a returned value. `K` determines the
/// error kinds of the half's type.
#[derive(Debug)]
pub struct HalfVerdict<K> {
    kind: CallKind,
    of: PhantomData<K>,
}

/// Error kinds of a type, without a value of it.
pub trait KnownKinds {
    /// Adds the error kinds; `None` if the type has none.
    const ADD: Option<fn(&mut ErrorKinds)>;
}

/// A type that implements [`ResultLabels`].
#[derive(Debug)]
pub struct WithLabels<'a, T>(PhantomData<&'a T>);

/// A type that does not implement [`ResultLabels`].
#[derive(Debug)]
pub enum WithoutLabels {}

impl<T: ResultLabels> KnownKinds for WithLabels<'_, T> {
    const ADD: Option<AddKinds> = Some(T::error_kinds);
}

impl KnownKinds for WithoutLabels {
    const ADD: Option<AddKinds> = None;
}

/// Combines the error kinds of two types.
impl<A: KnownKinds, B: KnownKinds> KnownKinds for (A, B) {
    const ADD: Option<AddKinds> = match (A::ADD, B::ADD) {
        (None, add) | (add, None) => add,
        (Some(_), Some(_)) => Some(add_both::<A, B>),
    };
}

fn add_both<A: KnownKinds, B: KnownKinds>(kinds: &mut ErrorKinds) {
    for add in [A::ADD, B::ADD].into_iter().flatten() {
        add(kinds);
    }
}

impl Verdict {
    /// Ok, for types without error kinds.
    pub const OK: Self = Self::of(CallKind::OK);
    /// An error without an error kind.
    pub const ERROR: Self = Self::of(CallKind::ERROR);

    /// Returns the labels `result` and `error` of calls with this classification.
    pub fn labels(self) -> (&'static str, Option<&'static str>) {
        let result = if self.kind == CallKind::OK {
            "ok"
        } else {
            "error"
        };
        (result, super::name(self.kind))
    }

    pub(crate) const fn of(kind: CallKind) -> Self {
        Self { kind, kinds: None }
    }
}

impl<A: KnownKinds> HalfVerdict<A> {
    #[inline]
    pub(super) fn new(kind: CallKind) -> Self {
        let of = PhantomData;
        Self { kind, of }
    }

    /// Combines the classifications of both halves, at least one of which is ok.
    #[inline]
    #[expect(clippy::needless_pass_by_value, reason = "it is two bytes")]
    pub fn or<B: KnownKinds>(self, other: HalfVerdict<B>) -> Verdict {
        Verdict {
            kind: self.kind.or(other.kind),
            kinds: <(A, B)>::ADD,
        }
    }
}

/// Classifies every value as ok.
#[inline]
pub fn always_ok<R: ?Sized>(_: &R) -> Verdict {
    Verdict::OK
}
