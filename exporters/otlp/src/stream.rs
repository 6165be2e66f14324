//! The requests of a program, one export after the other.

use std::{mem, time::SystemTime};

use autometrics_core::Snapshot;

use crate::{
    Options, Temporality, encode, settings::MAX_REQUEST_SIZE, split::Sizes, unsent::Unsent,
};

/// The requests of a program, one export after the other, for exporters that send them on
/// their own.
///
/// Deltas begin where the last ones that were accepted ended. Where only some requests of an
/// export were accepted, the next export has the calls of the others, added to those that came
/// since: nothing is sent twice, nothing is lost, and nothing queues.
///
/// ```
/// use std::time::SystemTime;
///
/// use autometrics_core::Snapshot;
/// use autometrics_otlp::{Options, Stream, Temporality};
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
    sizes: Sizes,
    deltas: Option<Deltas>,
}

/// The deltas that a collector has, and those that it lacks.
#[derive(Debug, Default)]
struct Deltas {
    /// The last snapshot of which a request was accepted, and when it was taken.
    base: Option<(Snapshot, SystemTime)>,
    /// Requests up to it that were not accepted.
    unsent: Vec<Vec<u8>>,
}

/// The requests of one export.
#[derive(Debug)]
#[must_use = "`Stream::settle` takes it back"]
pub struct Requests {
    /// An `ExportMetricsServiceRequest` each. The sender removes those that were accepted.
    pub bodies: Vec<Vec<u8>>,
    count: usize,
    /// For deltas, the snapshot and when it was taken.
    taken: Option<(Snapshot, SystemTime)>,
    /// `true` if they contain calls that an earlier export had.
    has_unsent: bool,
}

impl Stream {
    /// Returns a stream of requests of at most 3.5 MiB each, of a program that began to count at `start`.
    pub fn new(start: SystemTime, temporality: Temporality) -> Self {
        Self {
            start,
            sizes: Sizes {
                first: MAX_REQUEST_SIZE,
                max: MAX_REQUEST_SIZE,
            },
            deltas: (temporality == Temporality::Delta).then(Deltas::default),
        }
    }

    /// Sets the size of requests in bytes, each before it is compressed. A request has one data point
    /// at least.
    #[must_use]
    pub fn max_request_size(mut self, bytes: usize) -> Self {
        self.sizes = Sizes {
            first: bytes,
            max: bytes,
        };
        self
    }

    /// Encodes an export of `snapshot`. Of `options`, `start` and `since` are those of the stream.
    pub fn export(&mut self, snapshot: Snapshot, options: Options) -> Requests {
        self.export_within(snapshot, options, self.sizes)
    }

    /// Encodes an export whose first body goes behind `taken` bytes of someone else's metrics, and is
    /// empty where no data point fits there.
    pub fn export_behind(
        &mut self,
        taken: usize,
        snapshot: Snapshot,
        options: Options,
    ) -> Requests {
        let sizes = Sizes {
            first: self.sizes.max.saturating_sub(taken),
            ..self.sizes
        };
        self.export_within(snapshot, options, sizes)
    }

    fn export_within(
        &mut self,
        snapshot: Snapshot,
        mut options: Options,
        sizes: Sizes,
    ) -> Requests {
        options.start = self.start;
        options.since = None;
        let Some(deltas) = &mut self.deltas else {
            let bodies = encode::split(&snapshot, &options, Unsent::default(), sizes);
            return Requests::new(bodies, None, false);
        };
        let unsent = mem::take(&mut deltas.unsent);
        let has_unsent = !unsent.is_empty();
        let unsent = Unsent::of(unsent);
        let since = deltas.base.as_ref().map_or(self.start, |(_, taken)| *taken);
        options.since = Some(since);
        let bodies = match &deltas.base {
            None => encode::split(&snapshot, &options, unsent, sizes),
            Some((base, _)) => encode::split(&snapshot.since(base), &options, unsent, sizes),
        };
        // A clock that was set back must not make deltas overlap.
        let taken = (snapshot, options.time.max(since));
        Requests::new(bodies, Some(taken), has_unsent)
    }

    /// Notes what was accepted of an export: all but the bodies that are left in `requests`.
    pub fn settle(&mut self, requests: Requests) {
        let Some(deltas) = &mut self.deltas else {
            return;
        };
        let mut unsent = requests.bodies;
        unsent.retain(|body| !body.is_empty());
        if unsent.len() == requests.count && !requests.has_unsent {
            // The next export has all of it, and need not be told.
            return;
        }
        deltas.base = requests.taken;
        deltas.unsent = unsent;
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

    /// Returns the number of requests, those included that were removed.
    #[must_use]
    pub fn count(&self) -> usize {
        self.count
    }
}
