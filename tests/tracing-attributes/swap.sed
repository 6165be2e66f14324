# Converts a test of `tracing-attributes` to `#[instrument_fn]`:
#
#   sed -E -f swap.sed tests/err.rs
#
# Tests that cannot pass are removed by hand; the documentation of `span` has the reasons.
s/#\[(tracing::)?instrument\]/#[instrument_fn(span)]/
s/#\[(tracing::)?instrument\((.*)\)\]/#[instrument_fn(span(\2))]/
s/use tracing_attributes::instrument;/use autometrics::instrument_fn;/
s/use tracing_test::/use tracing_attributes_tests::/
