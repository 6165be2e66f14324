//! Settings of events.

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use super::window::Limits;

/// Maximum of [`EventSettings::per_second`].
const MOST_PER_SECOND: u32 = 1_000_000;
/// Maximum of [`EventSettings::remember`].
const MOST_REMEMBERED: usize = 10_000;
/// Maximum of [`EventSettings::remember_in_total`].
const MOST_IN_TOTAL: usize = 1_000_000;
/// Allowed values of [`EventSettings::longest_field`], in bytes.
const LENGTHS: std::ops::RangeInclusive<usize> = 16..=65_536;
/// Bytes of a text that a redaction hook receives at least, even if fields are limited to less: a
/// hook might not recognize a secret that is cut.
const REDACTED: usize = 4_096;

/// Selects the calls of functions with `events` that are kept, and limits their number and size.
///
/// Every error, every panic and every call above a latency limit is kept, and one in a number of
/// the other calls. A rate limit per function applies; suppressed events are counted in
/// [`Function::suppressed_events`](crate::Function) and in the next event.
///
/// ```
/// use std::time::Duration;
///
/// use autometrics::{EventSettings, Settings};
///
/// let events = EventSettings::new()
///     .one_in(100)
///     .slower_than(Duration::from_millis(500))
///     .redact(|field| match field.name {
///         "card" => None,
///         "error" if field.text.contains("token=") => Some("(a token)".into()),
///         _ => Some(field.text.into()),
///     });
/// Settings::new().events(events).apply()?;
/// # Ok::<(), autometrics::SettingsError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use = "events settings have no effect until passed to `Settings::events`"]
pub struct EventSettings {
    pub(super) one_in: u32,
    pub(super) slower_than: Option<Duration>,
    pub(super) per_second: u32,
    remember: usize,
    remember_in_total: usize,
    longest_field: usize,
    hook: Option<Hook>,
}

/// A text that is about to become part of an event, as passed to a redaction hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct EventField<'a> {
    /// Module of the function.
    pub module: &'a str,
    /// Name of the function: `name` or `Type::name`.
    pub function: &'a str,
    /// Name of the field: the name in `fields(…)`, or `error` for the text of an error.
    pub name: &'a str,
    /// Text of the field; longer texts may be cut, but at least the first 4,096 bytes are included.
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

impl Default for EventSettings {
    fn default() -> Self {
        Self {
            one_in: 1_000,
            slower_than: None,
            per_second: 10,
            remember: 32,
            remember_in_total: 10_000,
            longest_field: 256,
            hook: None,
        }
    }
}

impl EventSettings {
    /// Creates the default settings: one in 1,000 ordinary calls is kept, a rate limit of 10 events
    /// per second and function, the last 32 events of each function and 10,000 in total remembered,
    /// texts of up to 256 bytes, no latency limit besides those of objectives, no redaction.
    pub fn new() -> Self {
        Self::default()
    }

    /// Sets how many ordinary calls (ok and within the latency limit) one sampled call stands for;
    /// 0 keeps no ordinary calls. The default is 1,000.
    ///
    /// Each thread counts by itself for each function: on the first thread that calls it, exactly
    /// every `calls`-th call is kept. Other threads start at different positions of their first
    /// interval, so that short-lived threads have their share. From the 128th function with events
    /// on, all threads count together.
    pub fn one_in(mut self, calls: u32) -> Self {
        self.one_in = calls;
        self
    }

    /// Sets the latency above which calls are kept, for functions without `slower_than` in the
    /// attribute; must not be zero. An objective's latency threshold is an additional limit; the
    /// lower one applies. The default is no limit.
    pub fn slower_than(mut self, limit: Duration) -> Self {
        self.slower_than = Some(limit);
        self
    }

    /// Sets the maximum number of events of one function per second, from 1 to 1,000,000; the
    /// default is 10.
    ///
    /// Sampled calls use at most the first half of it and slow calls at most three quarters, so
    /// that errors and panics have room.
    pub fn per_second(mut self, events: u32) -> Self {
        self.per_second = events;
        self
    }

    /// Sets the number of the last events of each function that
    /// [`recent_events`](crate::recent_events) returns, up to 10,000; 0 remembers none. The default
    /// is 32.
    ///
    /// Memory: at most 640 bytes per event, plus the [longest field](Self::longest_field) and 32
    /// bytes for each of its fields and for the error. With the defaults and two fields that is 48
    /// KB per function.
    pub fn remember(mut self, events: usize) -> Self {
        self.remember = events;
        self
    }

    /// Sets the maximum number of events of all functions together that are remembered, up to
    /// 1,000,000; 0 remembers none. The default is 10,000. Beyond it the oldest event of the
    /// program is forgotten, whichever function it is of.
    ///
    /// Memory: with the other defaults and two fields, 1.5 KB per event and 15 MB in total, however
    /// many functions have events. A program below [`remember`](Self::remember) events per function
    /// takes less: memory is allocated with each event.
    pub fn remember_in_total(mut self, events: usize) -> Self {
        self.remember_in_total = events;
        self
    }

    /// Sets the maximum length of the text of a field and of an error, in bytes, from 16 to 65,536;
    /// the default is 256. Longer texts are cut and end in `…`.
    pub fn longest_field(mut self, bytes: usize) -> Self {
        self.longest_field = bytes;
        self
    }

    /// Sets a hook that checks the text of each field and each error (`name` is `"error"`) before
    /// it becomes part of an event. The event contains the returned text instead; `None` removes
    /// the field.
    ///
    /// The hook runs on the thread of the call, only for calls that are kept, and before texts are
    /// cut. If it panics, the text is removed.
    pub fn redact<H>(mut self, hook: H) -> Self
    where
        H: for<'a> Fn(EventField<'a>) -> Option<Cow<'a, str>> + Send + Sync + 'static,
    {
        self.hook = Some(Hook(Arc::new(hook)));
        self
    }

    /// Returns a description of the first invalid setting; `None` if all are valid.
    pub(crate) fn problem(&self) -> Option<String> {
        let (shortest, longest) = (LENGTHS.start(), LENGTHS.end());
        if self.slower_than.is_some_and(|limit| limit.is_zero()) {
            let problem = "has `slower_than` 0ns; choose a time above zero";
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
        if self.remember_in_total > MOST_IN_TOTAL {
            let is = self.remember_in_total;
            return Some(format!(
                "has `remember_in_total` {is}; choose 0 to {MOST_IN_TOTAL}"
            ));
        }
        if !LENGTHS.contains(&self.longest_field) {
            let is = self.longest_field;
            let problem = format!("has `longest_field` {is}; choose {shortest} to {longest} bytes");
            return Some(problem);
        }
        None
    }

    /// Returns the maximum numbers of remembered events.
    pub(super) fn limits(&self) -> Limits {
        Limits {
            of_function: self.remember,
            in_total: self.remember_in_total,
        }
    }

    /// Returns the length up to which a text is formatted before the hook receives it, in bytes.
    pub(super) fn longest_raw(&self) -> usize {
        match self.hook {
            Some(_) => self.longest_field.max(REDACTED),
            None => self.longest_field,
        }
    }

    /// Applies the redaction hook to `field`, and cuts the result; `None` if the hook removes the
    /// field.
    pub(super) fn redacted(&self, field: EventField<'_>) -> Option<Box<str>> {
        let text = match &self.hook {
            Some(hook) => (hook.0)(field)?,
            None => field.text.into(),
        };
        Some(cut(&text, self.longest_field))
    }
}

/// Returns the first `longest` bytes of `text` at most, with `…` at the end if it was cut.
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
    fn cuts_texts_between_characters() {
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
