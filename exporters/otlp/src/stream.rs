//! Exports of a program as a sequence of requests.

use std::{mem, time::SystemTime};

use autometrics_core::Snapshot;

use crate::{
    choices::Temporality, encode, options::Options, pending::PendingDeltas,
    settings::MAX_REQUEST_SIZE, split::SizeLimits,
};

/// Encodes the exports of a program, one after the other, for programs that send the requests
/// themselves.
///
/// With delta temporality, an export begins where the last accepted one ended. If only some
/// requests of an export were accepted, the next export adds the points of the others to those of
/// its own. No call is sent twice, none is lost, and nothing queues.
///
/// ```
/// use std::time::SystemTime;
///
/// use autometrics::Snapshot;
/// use autometrics::otlp::{Options, Stream, Temporality};
///
/// let mut stream = Stream::new(SystemTime::now(), Temporality::Delta);
/// let options = Options::new(SystemTime::now());
/// let mut export = stream.export(Snapshot::new("shop"), options);
/// // Sends each, and keeps those that are not accepted.
/// export.bodies.retain(|body| body.is_empty());
/// stream.settle(export);
/// ```
#[derive(Debug)]
pub struct Stream {
    start: SystemTime,
    sizes: SizeLimits,
    deltas: Option<Deltas>,
}

/// Deltas that the collector has, and those that it lacks.
#[derive(Debug, Default)]
struct Deltas {
    /// Last snapshot with at least one accepted request, and the time it was taken.
    base: Option<(Snapshot, SystemTime)>,
    /// Requests up to that snapshot that were not accepted.
    pending: Vec<Vec<u8>>,
}

/// Requests of one export.
#[derive(Debug)]
#[must_use = "`Stream::settle` takes it back"]
pub struct Requests {
    /// Encoded `ExportMetricsServiceRequest` messages, not compressed. The sender removes those
    /// that were accepted. An empty body contains no metrics and need not be sent.
    pub bodies: Vec<Vec<u8>>,
    count: usize,
    /// Snapshot and the time it was taken, for delta temporality.
    taken: Option<(Snapshot, SystemTime)>,
    /// `true` if the requests contain calls of an earlier export.
    has_unsent: bool,
}

impl Stream {
    /// Creates a stream of requests of at most 3.5 MiB each, for a program that began to count at
    /// `start`.
    pub fn new(start: SystemTime, temporality: Temporality) -> Self {
        Self {
            start,
            sizes: SizeLimits {
                first: MAX_REQUEST_SIZE,
                max: MAX_REQUEST_SIZE,
            },
            deltas: (temporality == Temporality::Delta).then(Deltas::default),
        }
    }

    /// Sets the maximum size of a request in bytes, before compression. A request has at least one
    /// data point, even if that point exceeds the limit.
    #[must_use]
    pub fn max_request_size(mut self, bytes: usize) -> Self {
        self.sizes = SizeLimits {
            first: bytes,
            max: bytes,
        };
        self
    }

    /// Encodes `snapshot` as the next export. The stream sets `start` and `since` of `options`
    /// itself.
    pub fn export(&mut self, snapshot: Snapshot, options: Options) -> Requests {
        self.export_within(snapshot, options, self.sizes)
    }

    /// Encodes `snapshot` as the next export, whose first body will be appended to a request with
    /// `taken` bytes of other metrics. The first body is empty if no data point fits within the
    /// limit there.
    pub fn export_behind(
        &mut self,
        taken: usize,
        snapshot: Snapshot,
        options: Options,
    ) -> Requests {
        let sizes = SizeLimits {
            first: self.sizes.max.saturating_sub(taken),
            ..self.sizes
        };
        self.export_within(snapshot, options, sizes)
    }

    fn export_within(
        &mut self,
        snapshot: Snapshot,
        mut options: Options,
        sizes: SizeLimits,
    ) -> Requests {
        options.start = self.start;
        options.since = None;
        let Some(deltas) = &mut self.deltas else {
            let bodies = encode::split(&snapshot, &options, PendingDeltas::default(), sizes);
            return Requests::new(bodies, None, false);
        };
        let pending = mem::take(&mut deltas.pending);
        let has_unsent = !pending.is_empty();
        let pending = PendingDeltas::of(pending);
        let since = deltas.base.as_ref().map_or(self.start, |(_, taken)| *taken);
        options.since = Some(since);
        let bodies = match &deltas.base {
            None => encode::split(&snapshot, &options, pending, sizes),
            Some((base, _)) => encode::split(&snapshot.since(base), &options, pending, sizes),
        };
        // Deltas must not overlap if the clock was set back.
        let taken = (snapshot, options.time.max(since));
        Requests::new(bodies, Some(taken), has_unsent)
    }

    /// Records the result of an export: all of its requests were accepted, except those still in
    /// `requests.bodies`.
    pub fn settle(&mut self, requests: Requests) {
        let Some(deltas) = &mut self.deltas else {
            return;
        };
        let mut pending = requests.bodies;
        pending.retain(|body| !body.is_empty());
        if pending.len() == requests.count && !requests.has_unsent {
            // Nothing was accepted. `base` stays as it is, so the next export contains this one.
            return;
        }
        deltas.base = requests.taken;
        deltas.pending = pending;
    }
}

impl Requests {
    fn new(bodies: Vec<Vec<u8>>, taken: Option<(Snapshot, SystemTime)>, has_unsent: bool) -> Self {
        Self {
            count: bodies.iter().filter(|body| !body.is_empty()).count(),
            bodies,
            taken,
            has_unsent,
        }
    }

    /// Returns the number of non-empty requests that the export had when it was encoded.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }
}
