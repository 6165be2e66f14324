//! The thread that sends: one export after the other, each with a snapshot of its own.
//!
//! Nothing queues. During an outage the thread holds at most one encoded snapshot, which may be
//! several requests, and for deltas the last snapshot that was accepted.

use std::{
    io::{Read as _, Write as _},
    mem,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use autometrics_core::Snapshot;
use bytes::Bytes;
use flate2::{read::GzDecoder, write::GzEncoder};
use ureq::Agent;

use crate::{
    backoff::Backoff,
    choices::{Compression, Protocol, Temporality},
    error::{ExportError, StartError},
    http::Http,
    options::Options,
    outage::OutageLog,
    outcome::SendOutcome,
    redaction::redacted,
    settings::Settings,
    shared::{NextExport, Shared},
    stream::Stream,
};

/// Delay of the first export, so that it has the settings that `main` applies.
const FIRST: Duration = Duration::from_secs(1);

pub(crate) type Source = Box<dyn Fn() -> Snapshot + Send>;

pub(crate) struct Worker {
    settings: Settings,
    transport: Transport,
    source: Source,
    shared: Arc<Shared>,
    outage: OutageLog,
    stream: Stream,
    /// Time before which the collector asked for no more requests.
    not_before: Option<Instant>,
}

enum Transport {
    Http(Http),
    #[cfg(feature = "grpc")]
    Grpc(Box<crate::grpc::Grpc>),
}

impl Worker {
    pub(crate) fn new(
        settings: Settings,
        source: Source,
        shared: Arc<Shared>,
    ) -> Result<Self, StartError> {
        Ok(Self {
            transport: Transport::new(&settings)?,
            outage: OutageLog::new(redacted(&settings.endpoint)),
            stream: Stream::new(SystemTime::now(), settings.temporality)
                .max_request_size(settings.max_request_size),
            settings,
            source,
            shared,
            not_before: None,
        })
    }

    /// Returns the agent with which another thread can cancel a request in progress, if the
    /// transport has one.
    #[cfg_attr(
        not(feature = "grpc"),
        expect(clippy::unnecessary_wraps, reason = "the gRPC transport has none")
    )]
    pub(crate) fn agent(&self) -> Option<Agent> {
        match &self.transport {
            Transport::Http(http) => Some(http.agent()),
            #[cfg(feature = "grpc")]
            Transport::Grpc(_) => None,
        }
    }

    /// Exports until a caller requests the last export.
    pub(crate) fn run(mut self) {
        let ended = NotifyOnExit(Arc::clone(&self.shared));
        let endpoint = redacted(&self.settings.endpoint);
        let mut due = Instant::now() + self.settings.interval.min(FIRST);
        loop {
            let next_export = self.shared.next(due);
            let now = Instant::now();
            if now >= due {
                // After a delay, exports that were missed are skipped, and the next one is an
                // interval from now.
                due = (due + self.settings.interval).max(now);
            }
            // A panic in the source of snapshots fails this export only.
            let exported = catch_unwind(AssertUnwindSafe(|| self.export(next_export, due)));
            let exported = exported.unwrap_or_else(|_| {
                Err("received no export: the source of snapshots panicked".into())
            });
            let outcome = exported.map_err(|why| {
                // The caller of the last export gets the error, and may have shut its logger down.
                if !next_export.stop {
                    self.outage.failed(&why);
                }
                ExportError::said(format!("{endpoint} {why}"))
            });
            self.shared.complete(next_export.number, outcome);
            if next_export.stop {
                break;
            }
        }
        drop(ended);
    }

    /// Sends a snapshot. Retries until `due`, or until the deadline of a caller that waits.
    fn export(&mut self, next_export: NextExport, due: Instant) -> Result<(), String> {
        let began = Instant::now();
        let end = began + self.settings.export_timeout;
        let end = match next_export.until {
            Some(until) if next_export.stop => end.min(until),
            _ => end,
        };
        // No attempt begins after `last_try`, and one that has begun may go on until `end`. The
        // deadline of a waiting caller takes precedence over `due`.
        let last_try = end.min(next_export.until.unwrap_or(due));
        // The last export is attempted whatever the collector asked for, because no later one
        // contains its counts.
        if next_export.stop {
            self.not_before = None;
        }
        if let Some(not_before) = self.not_before.take_if(|time| *time > began) {
            if not_before >= last_try || !self.shared.pause(not_before, next_export.number) {
                self.not_before = Some(not_before);
                let left = (not_before - began).as_secs_f64().ceil();
                return Err(format!("asked for a pause, {left} s remain"));
            }
        }
        let mut options = Options::new(SystemTime::now());
        options.resource.clone_from(&self.settings.resource);
        options.histograms = self.settings.histograms;
        options.dialect = self.settings.dialect;
        options.code_file_paths = self.settings.code_file_paths;
        let snapshot = (self.source)();
        let mut export = self.stream.export(snapshot, options);
        let compression = self.settings.compression;
        let bodies = mem::take(&mut export.bodies).into_iter();
        let mut requests: Vec<Bytes> = bodies
            .map(|body| self.transport.compressed(body, compression))
            .collect();
        let sent = self.send(&mut requests, next_export, last_try, end);
        if self.settings.temporality == Temporality::Delta {
            let pending = requests.into_iter();
            export.bodies = pending
                .map(|body| self.transport.decompressed(body, compression))
                .collect();
        }
        self.stream.settle(export);
        sent
    }

    /// Sends `requests` one after the other, and removes those that were accepted. A refused
    /// request does not stop the others.
    fn send(
        &mut self,
        requests: &mut Vec<Bytes>,
        next_export: NextExport,
        last_try: Instant,
        end: Instant,
    ) -> Result<(), String> {
        let count = requests.len();
        let told = |why: String, left: usize| match count {
            1 => why,
            _ => format!("{why}; it accepted {} of {count} requests", count - left),
        };
        let mut backoff = Backoff::within(self.settings.interval);
        let (mut remarked, mut refused) = (None, None);
        let (mut at, mut is_first) = (0, true);
        while let Some(request) = requests.get(at) {
            let now = Instant::now();
            if now >= last_try && !is_first {
                let why =
                    refused.unwrap_or_else(|| "did not accept all requests in time".to_owned());
                return Err(told(why, requests.len()));
            }
            is_first = false;
            let left = end.saturating_duration_since(now);
            // A timeout of zero would mean no limit.
            let timeout = self.settings.timeout.min(left).max(SHORTEST);
            let (why, after) = match self.transport.send(request, timeout) {
                SendOutcome::Accepted { remark } => {
                    remarked = remarked.or(remark);
                    self.shared.note(None);
                    requests.remove(at);
                    backoff = Backoff::within(self.settings.interval);
                    continue;
                }
                SendOutcome::Refused { why } => {
                    refused.get_or_insert(why);
                    at += 1;
                    continue;
                }
                SendOutcome::Retry { why, after } => (why, after),
            };
            self.shared.note(Some(why.clone()));
            log::debug!("{} {why}", redacted(&self.settings.endpoint));
            let now = Instant::now();
            let pause = backoff.pause();
            // Capped, because a misconfigured proxy must not silence a program for an hour.
            let longest = self.settings.interval * LONGEST_SILENCE;
            let next = now + after.map_or(pause, |after| after.min(longest).max(pause));
            if after.is_some_and(|after| !after.is_zero()) {
                self.not_before = Some(next);
            }
            if next >= last_try || !self.shared.pause(next, next_export.number) {
                return Err(told(why, requests.len()));
            }
        }
        if let Some(why) = refused {
            return Err(told(why, requests.len()));
        }
        self.outage.accepted(remarked.as_deref());
        Ok(())
    }
}

const SHORTEST: Duration = Duration::from_millis(1);

/// Longest pause that a collector can ask for, in intervals.
const LONGEST_SILENCE: u32 = 3;

impl Transport {
    fn new(settings: &Settings) -> Result<Self, StartError> {
        Ok(match settings.protocol {
            Protocol::HttpProtobuf => Self::Http(Http::new(settings)?),
            #[cfg(feature = "grpc")]
            Protocol::Grpc => Self::Grpc(Box::new(crate::grpc::Grpc::new(settings)?)),
        })
    }

    /// Compresses `encoded` once for all attempts, if the transport does not do that itself.
    fn compressed(&self, encoded: Vec<u8>, compression: Compression) -> Bytes {
        match (self, compression) {
            (Self::Http(_), Compression::Gzip) => {
                let mut encoder = GzEncoder::new(Vec::new(), flate2::Compression::default());
                // Writing to a vector does not fail.
                let _ = encoder.write_all(&encoded);
                encoder.finish().unwrap_or_default().into()
            }
            // gRPC compresses each message itself.
            _ => encoded.into(),
        }
    }

    /// Undoes [`compressed`](Self::compressed).
    fn decompressed(&self, compressed: Bytes, compression: Compression) -> Vec<u8> {
        match (self, compression) {
            (Self::Http(_), Compression::Gzip) => {
                let mut encoded = Vec::new();
                // Decompressing our own output does not fail.
                let _ = GzDecoder::new(&*compressed).read_to_end(&mut encoded);
                encoded
            }
            _ => compressed.into(),
        }
    }

    fn send(&mut self, body: &Bytes, timeout: Duration) -> SendOutcome {
        match self {
            Self::Http(http) => http.send(body, timeout),
            #[cfg(feature = "grpc")]
            Self::Grpc(grpc) => grpc.send(body, timeout),
        }
    }
}

/// Wakes up the callers that wait, however the thread ends.
struct NotifyOnExit(Arc<Shared>);

impl Drop for NotifyOnExit {
    fn drop(&mut self) {
        self.0.end();
    }
}
