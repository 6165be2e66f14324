//! A signal to stop, sent once and received by everyone who waits for it.

use std::sync::Arc;

use tokio::sync::watch;

/// A handle to request the end, and to wait for it. Clones are cheap.
#[derive(Clone, Debug)]
pub(crate) struct Stop(Arc<watch::Sender<bool>>);

impl Stop {
    pub(crate) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// Requests the end.
    pub(crate) fn request(&self) {
        self.0.send_replace(true);
    }

    /// Returns `true` after the end was requested.
    pub(crate) fn is_requested(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until the end is requested.
    pub(crate) async fn requested(&self) {
        let mut changes = self.0.subscribe();
        // Fails only without a sender, and `self` has one.
        let _ = changes.wait_for(|&requested| requested).await;
    }
}

/// Waits for Ctrl-C, or for the signals of a system that stops services and of a closed
/// terminal.
pub(crate) async fn signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let (terminate, hang_up) = (SignalKind::terminate(), SignalKind::hangup());
        if let (Ok(mut terminate), Ok(mut hang_up)) = (signal(terminate), signal(hang_up)) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
                _ = hang_up.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
