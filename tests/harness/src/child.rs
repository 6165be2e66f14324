//! A child process that ends with the test.

use std::process::Child;

/// A child process that does not outlive the test, even if the test panics.
pub struct OwnedChild(pub Child);

impl Drop for OwnedChild {
    fn drop(&mut self) {
        // Errors are ignored, because the process may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}
