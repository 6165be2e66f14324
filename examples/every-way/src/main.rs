//! A program that exports its metrics in every way at once, and compares the totals of all ways.
//!
//! ```console
//! $ cargo run -p every-way
//! ```

mod collector;
mod totals;
mod ways;
mod work;

use std::{error::Error, process::ExitCode};

use autometrics::{
    Settings, TraceContext, TraceSource as _, fastrace_0_7::LocalParent,
    opentelemetry_0_33::ActiveSpan, tracing_subscriber_0_3::EnteredSpan,
};

use totals::Totals;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    Settings::new()
        .service_name("every-way")
        .trace_source(innermost)
        .apply()?;
    work::work();
    let ways = ways::all()?;

    println!("{:<36} {}", "way", Totals::HEAD);
    for (way, totals) in &ways {
        println!("{way:<36} {totals}");
    }
    let agree = ways.iter().all(|(_, totals)| totals.agree_with(&ways[0].1));
    if !agree {
        eprintln!("the ways export different values");
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns the current span of any of several tracing libraries.
///
/// Most programs have one library, and name its source in the settings.
fn innermost() -> Option<TraceContext> {
    ActiveSpan
        .current()
        .or_else(|| LocalParent.current())
        .or_else(|| EnteredSpan.current())
}
