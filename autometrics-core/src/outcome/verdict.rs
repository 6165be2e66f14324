//! How a call is counted, and which kinds of errors it could have ended with.

use std::marker::PhantomData;

use super::{ErrorKinds, ResultLabels};
use crate::cells::Kind;

/// Adds the kinds that a type knows of.
pub(crate) type AddKinds = fn(&mut ErrorKinds);

/// How a call is counted.
///
/// The kinds are a pointer that is known while compiling and looked at once per
/// edge: they have series of zeros before they occur, and cost a call nothing.
#[derive(Clone, Copy, Debug)]
pub struct Verdict {
    pub(crate) kind: Kind,
    pub(crate) kinds: Option<AddKinds>,
}

/// What one half of a returned value says: that of success or that of failure.
#[derive(Debug)]
pub struct Word<K> {
    kind: Kind,
    of: PhantomData<K>,
}

/// What is known of the kinds of a type, with the type and without a value.
pub trait KnownKinds {
    /// Adds them; `None` where there are none.
    const ADD: Option<fn(&mut ErrorKinds)>;
}

/// A type that has [`ResultLabels`].
#[derive(Debug)]
pub struct Labelled<'a, T>(PhantomData<&'a T>);

/// A type that has none.
#[derive(Debug)]
pub enum Silent {}

impl<T: ResultLabels> KnownKinds for Labelled<'_, T> {
    const ADD: Option<AddKinds> = Some(T::error_kinds);
}

impl KnownKinds for Silent {
    const ADD: Option<AddKinds> = None;
}

/// The kinds of two types.
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
    /// Ok, and never anything else.
    pub const OK: Self = Self::of(Kind::OK);
    /// An error that says nothing of its kind.
    pub const ERROR: Self = Self::of(Kind::ERROR);

    /// The labels `result` and `error` of calls that are counted like this.
    pub fn labels(self) -> (&'static str, Option<&'static str>) {
        let result = if self.kind == Kind::OK { "ok" } else { "error" };
        (result, super::name(self.kind))
    }

    pub(crate) const fn of(kind: Kind) -> Self {
        Self { kind, kinds: None }
    }
}

impl<A: KnownKinds> Word<A> {
    #[inline]
    pub(super) fn new(kind: Kind) -> Self {
        let of = PhantomData;
        Self { kind, of }
    }

    /// The verdict of both halves, of which one at least is ok.
    #[inline]
    #[expect(clippy::needless_pass_by_value, reason = "it is two bytes")]
    pub fn or<B: KnownKinds>(self, other: Word<B>) -> Verdict {
        Verdict {
            kind: self.kind.or(other.kind),
            kinds: <(A, B)>::ADD,
        }
    }
}

/// The verdict of values that are ok whatever they are.
#[inline]
pub fn always_ok<R: ?Sized>(_: &R) -> Verdict {
    Verdict::OK
}
