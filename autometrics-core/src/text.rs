//! The type of texts in settings, snapshots and events.

use std::borrow::Cow;

/// Text that is usually a constant of the program, or an owned `String`, for example in a test.
pub type Text = Cow<'static, str>;
