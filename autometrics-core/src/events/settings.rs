//! What a program may set of events.

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use crate::registry;

/// The most that may go out of one function in a second.
const MOST_PER_SECOND: u32 = 1_000_000;
/// The most that may be remembered of one function.
const MOST_REMEMBERED: usize = 10_000;
/// How long texts may be allowed to be, and how short, in bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = 16..=65_536;
/// How much of a text a redaction hook gets to see, in bytes, where fields are shorter.
/// What is cut before is no longer what it looks for.
const REDACTED: usize = 4_096;

/// Returns the events in force, the defaults unless others were set before the first call.
pub(super) fn get() -> &'static Events {
    &registry::get().events
}

/// Which calls of functions with `events` are kept, and how much of them.
///
/// Every error and every panic is kept, every call that takes longer than a limit, and one
/// in so many of the rest. Of each function only so many a second go out;
/// the others are counted, in [`Function::suppressed_events`](crate::Function) and in the
/// next event.
///
/// ```
/// use std::time::Duration;
///
/// use autometrics_core::{Events, Settings};
///
/// let events = Events::new()
///     .one_in(100)
///     .slower_than(Duration::from_millis(500))
///     .redact(|field| match field.name {
///         "card" => None,
///         "error" if field.text.contains("token=") => Some("(a token)".into()),
///         _ => Some(field.text.into()),
///     });
/// Settings::new().events(events).apply()?;
/// # Ok::<(), autometrics_core::SettingsError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "they do nothing until `Settings::events` has them"]
pub struct Events {
    pub(super) one_in: u32,
    pub(super) slower_than: Option<Duration>,
    pub(super) per_second: u32,
    pub(super) remember: usize,
    longest_field: usize,
    hook: Option<Hook>,
}

/// A text on its way into an event, for a hook to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventField<'a> {
    /// The function's module.
    pub module: &'a str,
    /// The function, `name` or `Type::name`.
    pub function: &'a str,
    /// What the field is called: as `fields(…)` names it, or `error`.
    pub name: &'a str,
    /// Its text, of which at least the first 4,096 bytes are here.
    pub text: &'a str,
}

impl<'a> EventField<'a> {
    pub(super) fn new(module: &'a str, function: &'a str, name: &'a str, text: &'a str) -> Self {
        Self {
            module,
            function,
            name,
            text,
        }
    }
}

type Redact = dyn for<'a> Fn(EventField<'a>) -> Option<Cow<'a, str>> + Send + Sync;

#[derive(Clone)]
struct Hook(Arc<Redact>);

impl fmt::Debug for Hook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hook")
    }
}

impl Default for Events {
    fn default() -> Self {
        Self {
            one_in: 1_000,
            slower_than: None,
            per_second: 10,
            remember: 32,
            longest_field: 256,
            hook: None,
        }
    }
}

impl Events {
    /// The defaults: one in 1,000 calls of the usual, 10 events a second, the last 32
    /// remembered, texts of 256 bytes.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps one in `calls` of the calls that went well and quickly; 0 keeps none.
    ///
    /// Each thread counts for itself, for each function: so it is exactly the
    /// thousandth, two thousandth and so on of the first thread that calls it, and others
    /// begin at different places on the way to their first, so that short threads
    /// have their share. (From the 128th function with events on, all threads count together.)
    pub fn one_in(mut self, calls: u32) -> Self {
        self.one_in = calls;
        self
    }

    /// Keeps calls that take longer, of functions that name no limit in the attribute.
    /// An objective's latency threshold is a limit besides, and the lower one counts.
    pub fn slower_than(mut self, limit: Duration) -> Self {
        self.slower_than = Some(limit);
        self
    }

    /// Sets how many events of one function may go out in a second.
    ///
    /// Sampled calls use up at most the first half of it and slow ones three quarters, so
    /// that errors and panics find room.
    pub fn per_second(mut self, events: u32) -> Self {
        self.per_second = events;
        self
    }

    /// Sets how many of the last events of each function are remembered for
    /// [`recent_events`](crate::recent_events); 0 is none.
    ///
    /// Memory: at most 512 bytes for each event, and as much as the
    /// [longest field](Self::longest_field) plus 32 bytes for each of its fields and for the
    /// error. With the defaults and two fields that is 44 KB per function, from its
    /// first event on.
    pub fn remember(mut self, events: usize) -> Self {
        self.remember = events;
        self
    }

    /// Sets how long the text of a field and of an error may be, in bytes. What is longer
    /// is cut, and ends in `…`.
    pub fn longest_field(mut self, bytes: usize) -> Self {
        self.longest_field = bytes;
        self
    }

    /// Sets who looks at each field and each error's text (`name` is `"error"`) before
    /// it goes anywhere: what it returns goes out instead, and nothing for `None`.
    ///
    /// It runs on the thread of the call, only for calls that are kept, before texts are cut. If it
    /// panics, the text is left out.
    pub fn redact<H>(mut self, hook: H) -> Self
    where
        H: for<'a> Fn(EventField<'a>) -> Option<Cow<'a, str>> + Send + Sync + 'static,
    {
        self.hook = Some(Hook(Arc::new(hook)));
        self
    }

    /// What is wrong, if anything is.
    pub(crate) fn problem(&self) -> Option<String> {
        let (shortest, longest) = (LENGTHS.start(), LENGTHS.end());
        if self.slower_than.is_some_and(|limit| limit.is_zero()) {
            let problem = "has `slower_than` 0ns, which every call is; choose a longer time";
            return Some(problem.into());
        }
        if !(1..=MOST_PER_SECOND).contains(&self.per_second) {
            let is = self.per_second;
            return Some(format!(
                "has `per_second` {is}; choose 1 to {MOST_PER_SECOND}"
            ));
        }
        if self.remember > MOST_REMEMBERED {
            let is = self.remember;
            return Some(format!(
                "has `remember` {is}; choose 0 to {MOST_REMEMBERED}"
            ));
        }
        if !LENGTHS.contains(&self.longest_field) {
            let is = self.longest_field;
            let problem = format!("has `longest_field` {is}; choose {shortest} to {longest} bytes");
            return Some(problem);
        }
        None
    }

    /// How much of a text is worth having before the hook has seen it, in bytes.
    pub(super) fn longest_raw(&self) -> usize {
        match self.hook {
            Some(_) => self.longest_field.max(REDACTED),
            None => self.longest_field,
        }
    }

    /// What goes out of `field`.
    pub(super) fn redacted(&self, field: EventField<'_>) -> Option<Box<str>> {
        let text = match &self.hook {
            Some(hook) => (hook.0)(field)?,
            None => field.text.into(),
        };
        Some(cut(&text, self.longest_field))
    }
}

/// The beginning of `text`, `longest` bytes at most.
fn cut(text: &str, longest: usize) -> Box<str> {
    const MARK: &str = "…";
    if text.len() <= longest {
        return text.into();
    }
    let mut end = longest.saturating_sub(MARK.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    [&text[..end], MARK].concat().into()
}

#[cfg(test)]
mod tests {
    use super::cut;

    #[test]
    fn a_text_is_cut_between_characters() {
        for (text, expected) in [
            ("", ""),
            ("ten bytes.", "ten bytes."),
            ("eleven byte", "eleven …"),
            ("äöüäöü", "äöü…"),
            ("a🦀🦀🦀", "a🦀…"),
        ] {
            assert_eq!(&*cut(text, 10), expected);
        }
    }
}
