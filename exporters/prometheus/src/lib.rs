//! Prometheus and OpenMetrics exposition of autometrics.
