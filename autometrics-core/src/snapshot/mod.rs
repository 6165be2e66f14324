//! Recorded calls as plain values, the only input of exporters.

mod build_info;
mod edges;
mod families;
mod fine_buckets;
mod flows;
mod histogram;
mod identity;
mod merged;
mod objective_calls;
mod order;
mod outcome;
mod since;
mod sums;
mod take;
mod totals;
mod values;

pub(crate) use self::outcome::outcome;
pub use self::{
    build_info::BuildInfo,
    families::{Buckets, Families, Family, Group, Label, Sample, Value},
    fine_buckets::{BucketSpan, FineBuckets, Quantile},
    histogram::Histogram,
    objective_calls::{ObjectiveCalls, Sli},
    outcome::Outcome,
    take::{service_name, snapshot},
    values::{Caller, Edge, Exemplar, FlowCalls, Function, Snapshot},
};
