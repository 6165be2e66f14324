//! Stopping: asked for once, seen by everyone who waits for it.

use std::sync::Arc;

use tokio::sync::watch;

/// Says that it is time to stop, and lets others know. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Stop(Arc<watch::Sender<bool>>);

impl Stop {
    pub(crate) fn new() -> Self {
        Self(Arc::new(watch::Sender::new(false)))
    }

    /// From now on it is time to stop.
    pub(crate) fn request(&self) {
        self.0.send_replace(true);
    }

    /// Whether it is.
    pub(crate) fn is_requested(&self) -> bool {
        *self.0.borrow()
    }

    /// Waits until it is.
    pub(crate) async fn requested(&self) {
        let mut changes = self.0.subscribe();
        // It fails only without a sender, and here is one.
        let _ = changes.wait_for(|&requested| requested).await;
    }
}

/// Waits for Ctrl-C, or for the signals of a system that stops services and of
/// a terminal that is closed.
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
