//! Adds snapshots to a history, and reads what was counted since its last step.

use autometrics_core::{FineBuckets, Snapshot};

use super::{History, Span, latencies::Sums};

impl History {
    /// Adds the step that ends at `now`, in seconds on a clock that never goes back.
    ///
    /// The first snapshot adds no step. Its counts are those that the first step is compared with.
    pub(crate) fn record(&mut self, now: f64, snapshot: Snapshot) {
        let mut reader = std::mem::take(&mut self.reader);
        reader.read(self, &snapshot);
        if self.snapshot.is_some() {
            let ends_coarse = self.timeline.push(now, self.steps);
            reader.write(self, &snapshot, ends_coarse);
            reader.read_flows(self, &snapshot, Some(ends_coarse));
            if self.edge_timeline.is_due(now) {
                let steps = self.steps_of_edges();
                let ends_coarse = self.edge_timeline.push(now, steps);
                reader.write_edges(self, &snapshot, ends_coarse, steps);
            }
        } else {
            self.timeline.begin(now);
            self.edge_timeline.begin(now);
            reader.read_latencies(self, &snapshot, |_, _| ());
            reader.read_edges(self, &snapshot, |_, _| ());
            reader.read_flows(self, &snapshot, None);
        }
        reader.keep_totals(self);
        self.reader = reader;
        self.snapshot = Some(snapshot);
    }

    /// Returns the latencies of an edge in a span of [`Self::span_of_edges`], and those since the
    /// last step.
    pub(crate) fn latencies_of_edge(&self, place: usize, span: &Span) -> FineBuckets {
        let edge = &self.edges[place];
        let mut sums = Sums::default();
        if let Some(snapshot) = &self.snapshot {
            let latencies = self.reader.latencies(edge.callee, place, snapshot);
            latencies.for_each(|latency| sums.add_histogram(latency, &snapshot.bounds));
            sums.subtract(&edge.latencies);
        }
        if let Some(series) = &edge.latency {
            series.visit(span, |place, calls| sums.add(place, calls));
        }
        sums.buckets()
    }
}
