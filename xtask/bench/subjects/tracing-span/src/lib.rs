//! Functions instrumented with `tracing::instrument`.

use tracing::instrument;

harness::subjects!(
    pub candidates, "",
    plain: { #[instrument] },
    objective: { #[instrument] },
    concurrency: { #[instrument] },
    // `tracing::instrument` does not accept `impl` blocks, and no table compares the method.
    method: {},
);
