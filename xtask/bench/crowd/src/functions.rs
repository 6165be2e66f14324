//! The instrumented functions: ten domains of ten modules with ten functions each.

use autometrics::instrument_fn;

macro_rules! functions {
    ([$($domain:ident)*] $modules:tt $functions:tt) => {
        $( mod $domain { functions!(@modules $modules $functions); } )*

        fn call_all() {
            $( $domain::call_all(); )*
        }
    };

    (@modules [$($module:ident)*] $functions:tt) => {
        $( mod $module { functions!(@functions $functions); } )*

        pub(super) fn call_all() {
            $( $module::call_all(); )*
        }
    };

    (@functions [$($function:ident)*]) => {
        $(
            #[autometrics::instrument_fn]
            fn $function() -> Result<(), std::fmt::Error> {
                std::hint::black_box(Ok(()))
            }
        )*

        pub(super) fn call_all() {
            $( let _ = $function(); )*
        }
    };
}

functions! {
    [billing catalog checkout identity inventory ledger notify orders search shipping]
    [admin api cache events jobs model queries rules store sync]
    [create find list load merge refresh remove resolve update validate]
}

/// Calls every function once from each of the four callers.
pub(crate) fn from_all_callers() {
    handle_request();
    run_nightly_job();
    replay_events();
    answer_admin();
}

#[instrument_fn]
fn handle_request() {
    call_all();
}

#[instrument_fn]
fn run_nightly_job() {
    call_all();
}

#[instrument_fn]
fn replay_events() {
    call_all();
}

#[instrument_fn]
fn answer_admin() {
    call_all();
}
