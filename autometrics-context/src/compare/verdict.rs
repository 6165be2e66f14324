//! Verdicts of a comparison, and what they are based on.

use std::fmt;

/// Verdict about a function or an edge, the most important first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Verdict {
    /// Is not called any more, although its callers are.
    Lost,
    /// Fails with an error kind that it did not have before.
    NewKind,
    /// Fails more often.
    MoreErrors,
    /// Is slower, typically or in its 95th percentile.
    Slower,
    /// Is called more often by each call of its caller.
    CalledMoreOften,
    /// Fails less often.
    FewerErrors,
    /// Is faster, typically or in its 95th percentile.
    Faster,
    /// Is called less often by each call of its caller.
    CalledLessOften,
    /// Is called, and was not before.
    Appeared,
    /// Neither changed nor unchanged for certain.
    Undecided,
    /// Has not changed by as much as matters.
    Unchanged,
    /// Has too few calls for a verdict.
    TooFewCalls,
    /// Had no occasion to be called.
    NotExercised,
}

/// Question about a function or an edge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Calls at all.
    Presence,
    /// Number of calls per call of the caller.
    CallsPerCallerCall,
    /// The share of failed calls.
    Errors,
    /// Occurrence of an error kind.
    Kind(String),
    /// Latency of a typical call.
    Latency,
    /// 95th percentile of the latency.
    Tail,
}

/// Answer to a question.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Question that is answered.
    pub question: Question,
    /// Verdict for this question alone.
    pub verdict: Verdict,
    /// Estimate of the change; `None` if there is none.
    pub estimate: Option<Estimate>,
    /// Number of calls before and after on which the answer is based.
    pub samples: (f64, f64),
    /// Name of the statistical test: `hodges-lehmann`, `woodruff`, `score`, `fisher`,
    /// `mantel-haenszel` or `poisson`; `None` without a test.
    pub test: Option<&'static str>,
    /// p-value of the test.
    pub p: Option<f64>,
    /// Threshold of the p-value, corrected for the number of tests.
    pub threshold: Option<f64>,
    /// Numbers before and after, and the reason for a missing verdict.
    pub reason: String,
}

/// Estimate with its 99 % interval.
///
/// For latency and calls it is a factor, after by before. For errors it is the difference of the
/// error ratios, after minus before.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    /// Most likely change.
    pub value: f64,
    /// Lower end of the interval.
    pub low: f64,
    /// Upper end of the interval.
    pub high: f64,
}

impl Verdict {
    /// Returns the name in JSON, such as `more_errors`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lost => "lost",
            Self::NewKind => "new_kind",
            Self::MoreErrors => "more_errors",
            Self::Slower => "slower",
            Self::CalledMoreOften => "called_more_often",
            Self::FewerErrors => "fewer_errors",
            Self::Faster => "faster",
            Self::CalledLessOften => "called_less_often",
            Self::Appeared => "appeared",
            Self::Undecided => "undecided",
            Self::Unchanged => "unchanged",
            Self::TooFewCalls => "too_few_calls",
            Self::NotExercised => "not_exercised",
        }
    }

    /// Returns `true` if a deployment with this verdict should be stopped: for a function that is
    /// lost, is slower, fails more often or fails with a new kind.
    pub fn is_bad(self) -> bool {
        self <= Self::Slower
    }

    /// Returns `true` if something changed.
    pub fn is_change(self) -> bool {
        self < Self::Undecided
    }

    /// Returns `true` if there were enough data for an answer.
    pub fn is_decided(self) -> bool {
        self.is_change() || self == Self::Unchanged
    }
}

/// Formats as `more errors`.
impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.as_str().replace('_', " "))
    }
}

impl Question {
    /// Returns the name in JSON, such as `latency`.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Presence => "presence",
            Self::CallsPerCallerCall => "calls_per_caller_call",
            Self::Errors => "errors",
            Self::Kind(_) => "kind",
            Self::Latency => "latency",
            Self::Tail => "p95",
        }
    }
}

impl Finding {
    /// Creates an answer without a test.
    pub(super) fn untested(
        question: Question,
        verdict: Verdict,
        samples: (f64, f64),
        reason: impl Into<String>,
    ) -> Self {
        Self {
            question,
            verdict,
            estimate: None,
            samples,
            test: None,
            p: None,
            threshold: None,
            reason: reason.into(),
        }
    }
}

/// Returns the most important verdict; `Unchanged` without findings.
pub(super) fn worst(findings: &[Finding]) -> Verdict {
    let verdicts = findings.iter().map(|finding| finding.verdict);
    verdicts.min().unwrap_or(Verdict::Unchanged)
}
