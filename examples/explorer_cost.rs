//! Measures the explorer's cost for a program with 1,000 functions of four callers each, all of
//! them busy: the processor time of its sampling thread, and of its answers.
//!
//! ```console
//! $ cargo run --release --features explorer --example explorer_cost
//! ```

use std::{error::Error, fs, hint, path::Path, thread, time::Duration};

use autometrics::{explorer::Explorer, instrument_fn};

/// Seconds for which the sampling thread is measured.
const SECONDS: u64 = 30;

macro_rules! functions {
    ($($name:ident)*) => {
        $(
            #[instrument_fn]
            fn $name(number: u64) -> Result<u64, u64> {
                if number % 8 == 0 { Err(number) } else { Ok(number) }
            }
        )*

        pub(super) fn call_all(number: u64) {
            for function in [$($name),*] {
                let _ = hint::black_box(function(number));
            }
        }
    };
}

macro_rules! modules {
    ($($module:ident)*) => {
        $(mod $module {
            use super::{hint, instrument_fn};

            functions! {
                f00 f01 f02 f03 f04 f05 f06 f07 f08 f09
                f10 f11 f12 f13 f14 f15 f16 f17 f18 f19
                f20 f21 f22 f23 f24 f25 f26 f27 f28 f29
                f30 f31 f32 f33 f34 f35 f36 f37 f38 f39
                f40 f41 f42 f43 f44 f45 f46 f47 f48 f49
                f50 f51 f52 f53 f54 f55 f56 f57 f58 f59
                f60 f61 f62 f63 f64 f65 f66 f67 f68 f69
                f70 f71 f72 f73 f74 f75 f76 f77 f78 f79
                f80 f81 f82 f83 f84 f85 f86 f87 f88 f89
                f90 f91 f92 f93 f94 f95 f96 f97 f98 f99
            }
        })*

        fn call_all(number: u64) {
            $($module::call_all(number);)*
        }
    };
}

modules! { m0 m1 m2 m3 m4 m5 m6 m7 m8 m9 }

macro_rules! callers {
    ($($name:ident)*) => {
        $(
            #[instrument_fn]
            fn $name(number: u64) {
                call_all(number);
            }
        )*

        fn call_everything(number: u64) {
            $($name(number);)*
        }
    };
}

callers! { first second third fourth }

fn main() -> Result<(), Box<dyn Error>> {
    let handler = Explorer::new().start()?;
    thread::spawn(|| {
        for number in 0.. {
            call_everything(number);
            thread::sleep(Duration::from_millis(10));
        }
    });
    let seconds = Duration::from_secs(SECONDS);
    println!("looking at the program for {SECONDS} s");
    thread::sleep(Duration::from_secs(3));
    let before = sampling_nanos()?;
    thread::sleep(seconds);
    let sampling = sampling_nanos()? - before;
    let share = 100.0 * sampling / seconds.as_secs_f64() / 1e9;
    println!(
        "sampling      {share:.2} % of a core, {:.1} s per hour",
        share * 36.0
    );
    for path in ["functions", "graph", "objectives", "suspects"] {
        for window in [60, 1800] {
            let request = http::Request::get(format!("/api/v1/{path}?window={window}")).body(())?;
            let mut length = 0;
            let each = millis(|| length = handler.handle(&request).body().len())?;
            println!(
                "{path:10}  {window:>4} s  {each:.1} ms, {} kB",
                length / 1000
            );
        }
    }
    let each = millis(|| drop(autometrics::snapshot()))?;
    println!("a snapshot alone  {each:.1} ms");
    Ok(())
}

/// Returns the processor time of `what` on this thread, in milliseconds, as the mean of 20 calls.
fn millis(mut what: impl FnMut()) -> Result<f64, Box<dyn Error>> {
    let this_thread = Path::new("/proc/thread-self");
    let before = nanos(this_thread)?;
    (0..20).for_each(|_| what());
    Ok((nanos(this_thread)? - before) / 20.0 / 1e6)
}

/// Returns the time that the sampling thread has run so far, in nanoseconds, from Linux' schedstat.
fn sampling_nanos() -> Result<f64, Box<dyn Error>> {
    for task in fs::read_dir("/proc/self/task")? {
        let task = task?.path();
        // Linux cuts names of threads after 15 bytes.
        if fs::read_to_string(task.join("comm"))?.starts_with("explorer-sample") {
            return nanos(&task);
        }
    }
    Err("there is no sampling thread".into())
}

fn nanos(task: &Path) -> Result<f64, Box<dyn Error>> {
    let text = fs::read_to_string(task.join("schedstat"))?;
    Ok(text.split(' ').next().unwrap_or_default().parse()?)
}
