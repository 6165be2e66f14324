//! `get_result_labels_for_value!`, which tells what a value would count as.

use crate::ResultLabels;

/// The value of the label `result`, and of the label `error`.
pub type ResultAndReturnTypeLabels = (&'static str, Option<&'static str>);

/// A value, to be asked whether it has a say at all.
#[derive(Debug)]
pub struct Asked<'a, T>(pub &'a T);

impl<T, E> Asked<'_, Result<T, E>> {
    /// A result always has.
    pub fn __autometrics_speaks(&self) -> bool {
        true
    }
}

/// What holds for values with labels.
pub trait Labelled {
    /// Where their labels say something.
    fn __autometrics_speaks(self) -> bool;
}

impl<T: ResultLabels> Labelled for Asked<'_, T> {
    fn __autometrics_speaks(self) -> bool {
        self.0.result_label().is_some()
    }
}

/// What holds for all others.
pub trait Mute {
    /// They have none.
    fn __autometrics_speaks(&self) -> bool {
        false
    }
}

impl<T> Mute for Asked<'_, T> {}

/// What a value counts as when a function returns it, given a reference to it:
/// the labels `result` and `error`, or `None` where it has no say.
///
/// ```
/// use autometrics::get_result_labels_for_value;
///
/// let found: Result<u8, ()> = Err(());
/// assert_eq!(get_result_labels_for_value!(&found), Some(("error", None)));
/// assert_eq!(get_result_labels_for_value!(&1), None);
/// ```
#[macro_export]
macro_rules! get_result_labels_for_value {
    ($value:expr) => {{
        use $crate::__private::{
            Otherwise as _, Ready as _, Unlabelled as _,
            labels::{Labelled as _, Mute as _},
        };
        let __autometrics_value = $value;
        let __autometrics_labels: ::core::option::Option<
            $crate::__private::labels::ResultAndReturnTypeLabels,
        > = if $crate::__private::labels::Asked(__autometrics_value).__autometrics_speaks() {
            let (__autometrics_ok, __autometrics_error) =
                $crate::__private::Returned(::core::option::Option::Some(__autometrics_value))
                    .__autometrics_split();
            ::core::option::Option::Some($crate::__private::Verdict::labels(
                $crate::__private::Word::or(
                    __autometrics_ok.__autometrics_say(),
                    __autometrics_error.__autometrics_say(),
                ),
            ))
        } else {
            ::core::option::Option::None
        };
        __autometrics_labels
    }};
}
