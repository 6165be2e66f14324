//! Options of a comparison.

/// Options of a comparison. The defaults fit a gate for deployments.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Options {
    /// Probability of any wrong verdict in the whole comparison. Default: 0.001.
    pub alpha: f64,
    /// Minimum change of latency that matters, as a ratio: 0.1 for 10 %. The 95th percentile has to
    /// change by twice as much. Below 0.091, the width of a bucket would count as a change.
    /// Default: 0.1.
    pub min_effect: f64,
    /// Standard deviation of the logarithm of latency between runs of the same program, which no
    /// number of calls reduces. Default: 0.02.
    pub noise: f64,
    /// Minimum number of calls of a function on each side. Default: 20.
    pub fewest_calls: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            alpha: 0.001,
            min_effect: 0.1,
            noise: 0.02,
            fewest_calls: 20.0,
        }
    }
}
