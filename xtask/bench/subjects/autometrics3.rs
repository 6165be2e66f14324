//! Functions instrumented with Autometrics 3.0, for each of its back ends.

use autometrics::{
    autometrics,
    objectives::{Objective, ObjectiveLatency, ObjectivePercentile},
};

const API: Objective = Objective::new("api")
    .success_rate(ObjectivePercentile::P99_9)
    .latency(ObjectiveLatency::Ms250, ObjectivePercentile::P99);

harness::subjects!(
    pub(crate) candidates, "",
    plain: { #[autometrics] },
    objective: { #[autometrics(objective = API)] },
    concurrency: { #[autometrics(track_concurrency)] },
    method: { #[autometrics] },
);
