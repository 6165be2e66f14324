//! Functions decorated with `tracing::instrument`.

use tracing::instrument;

harness::subjects!(
    pub candidates, "",
    plain: { #[instrument] },
    objective: { #[instrument] },
    concurrency: { #[instrument] },
    // It does not take `impl` blocks; no one asks for the method here.
    method: {},
);
