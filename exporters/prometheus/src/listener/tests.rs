//! Slow clients, with limits short enough to wait for.
