//! `get_result_labels_for_value!`, which returns the labels under which a value would be counted.

use crate::ResultLabels;

/// The values of the labels `result` and `error`.
pub type ResultAndReturnTypeLabels = (&'static str, Option<&'static str>);

/// A value, wrapped to find out by method resolution whether it determines labels.
#[derive(Debug)]
pub struct Probe<'a, T>(pub &'a T);

impl<T, E> Probe<'_, Result<T, E>> {
    /// Returns `true`: a `Result` always determines labels.
    pub fn __autometrics_has_labels(&self) -> bool {
        true
    }
}

/// Method for values whose type implements `ResultLabels`.
pub trait WithLabels {
    /// Returns `true` if `result_label` returns labels for the value.
    fn __autometrics_has_labels(self) -> bool;
}

impl<T: ResultLabels> WithLabels for Probe<'_, T> {
    fn __autometrics_has_labels(self) -> bool {
        self.0.result_label().is_some()
    }
}

/// Fallback method for values of all other types.
pub trait WithoutLabels {
    /// Returns `false`: the type determines no labels.
    fn __autometrics_has_labels(&self) -> bool {
        false
    }
}

impl<T> WithoutLabels for Probe<'_, T> {}

/// Returns the labels `result` and `error` under which a call that returns the value is counted.
/// Takes a reference to the value; returns `None` if its type determines no labels.
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
        use $crate::__private0::{
            Otherwise as _, Ready as _, Unlabelled as _,
            labels::{WithLabels as _, WithoutLabels as _},
        };
        let __autometrics_value = $value;
        let __autometrics_labels: ::core::option::Option<
            $crate::__private0::labels::ResultAndReturnTypeLabels,
        > = if $crate::__private0::labels::Probe(__autometrics_value).__autometrics_has_labels() {
            let (__autometrics_ok, __autometrics_error) =
                $crate::__private0::Returned(::core::option::Option::Some(__autometrics_value))
                    .__autometrics_split();
            ::core::option::Option::Some($crate::__private0::Verdict::labels(
                $crate::__private0::HalfVerdict::or(
                    __autometrics_ok.__autometrics_classify(),
                    __autometrics_error.__autometrics_classify(),
                ),
            ))
        } else {
            ::core::option::Option::None
        };
        __autometrics_labels
    }};
}
