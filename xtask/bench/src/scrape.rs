//! What a scrape costs.

use crate::{arguments::Arguments, report::Report};

pub(crate) fn measure(_arguments: &Arguments, _report: &mut Report) -> Result<(), String> {
    Ok(())
}
