//! Panics that the server catches, remembered so that they do not spoil the screen.

use std::{
    panic::{self, PanicHookInfo},
    path::Path,
    sync::{Mutex, PoisonError},
    thread,
};

/// Name of the threads that serve requests.
pub(crate) const SERVING: &str = "shop-serving";

/// Number of panics, and a description of the last one.
static CAUGHT: Mutex<(u64, String)> = Mutex::new((0, String::new()));

/// Installs a panic hook that remembers panics of serving threads instead of printing them.
pub(crate) fn keep_quiet() {
    let print = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if thread::current().name() == Some(SERVING) {
            let mut caught = CAUGHT.lock().unwrap_or_else(PoisonError::into_inner);
            *caught = (caught.0 + 1, describe(panic));
        } else {
            print(panic);
        }
    }));
}

/// Describes the panics so far; `None` if there were none.
pub(super) fn caught() -> Option<String> {
    let caught = CAUGHT.lock().unwrap_or_else(PoisonError::into_inner);
    match &*caught {
        (0, _) => None,
        (1, last) => Some(format!("caught a panic {last}")),
        (count, last) => Some(format!("caught {count} panics, the last {last}")),
    }
}

fn describe(panic: &PanicHookInfo<'_>) -> String {
    let payload = panic.payload();
    let message = payload
        .downcast_ref::<String>()
        .map(String::as_str)
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("of some kind");
    match panic.location() {
        Some(place) => {
            let file = Path::new(place.file()).file_name().unwrap_or_default();
            format!("at {}:{}: {message}", file.display(), place.line())
        }
        None => message.to_owned(),
    }
}
