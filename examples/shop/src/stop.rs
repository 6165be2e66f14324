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

/// Waits for Ctrl-C, or for the signal by which a system stops services.
pub(crate) async fn signal() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}
