//! The list of all instrumented functions, which the linker collects, and their records, for tools
//! that read the program without running it.
//!
//! Each function has a pointer to its static in a link section of this crate. Linkers place the
//! contents of sections with the same name next to each other and provide symbols for the section's
//! start and end. On systems without known section names the list is empty, and functions register
//! at their first call.
//!
//! The crate `linkme` is not used: its attribute took a third of the compile time of an
//! instrumented function, and clippy reported its `unsafe fn` in users' code.

use crate::callsite::Callsite;

/// An entry of the section. Linkers may pad with zeros, which are `None`.
#[doc(hidden)]
pub type Entry = Option<&'static Callsite>;

/// Returns the functions that the linker collected.
pub(crate) fn callsites() -> impl Iterator<Item = &'static Callsite> {
    section::entries().iter().filter_map(|entry| *entry)
}

/// Returns a reference to the static `__AUTOMETRICS_SITE`, which is among `$items`.
///
/// Puts the first static, an [`Entry`], into the section of the list, and the second into the
/// section of records, one of [`autometrics_schema::record::SECTION`].
///
/// There is one macro per system, because the compiler would evaluate `cfg_attr` in every function.
#[doc(hidden)]
#[macro_export]
#[cfg(any(
    target_os = "linux",
    target_os = "android",
    target_os = "freebsd",
    target_os = "fuchsia"
))]
macro_rules! __callsite {
    ($entry:item $record:item $($items:item)*) => {{
        #[used]
        #[unsafe(link_section = "autometrics_sites")]
        $entry
        #[used]
        #[unsafe(link_section = ".autometrics0")]
        $record
        $($items)*
        &__AUTOMETRICS_SITE
    }};
}

/// Variant for Apple's systems.
#[doc(hidden)]
#[macro_export]
#[cfg(target_vendor = "apple")]
macro_rules! __callsite {
    ($entry:item $record:item $($items:item)*) => {{
        #[used]
        #[unsafe(link_section = "__DATA,__autometrics,regular,no_dead_strip")]
        $entry
        #[used]
        #[unsafe(link_section = "__DATA,__autometrics0,regular,no_dead_strip")]
        $record
        $($items)*
        &__AUTOMETRICS_SITE
    }};
}

/// Variant for Windows.
#[doc(hidden)]
#[macro_export]
#[cfg(windows)]
macro_rules! __callsite {
    ($entry:item $record:item $($items:item)*) => {{
        #[used]
        #[unsafe(link_section = ".amsites$b")]
        $entry
        #[used]
        #[unsafe(link_section = ".amtrx0")]
        $record
        $($items)*
        &__AUTOMETRICS_SITE
    }};
}

/// Variant for systems without known section names: the record exists, but tools cannot find it.
#[doc(hidden)]
#[macro_export]
#[cfg(not(any(
    target_os = "linux",
    target_os = "android",
    target_os = "freebsd",
    target_os = "fuchsia",
    target_vendor = "apple",
    windows
)))]
macro_rules! __callsite {
    ($entry:item $record:item $($items:item)*) => {{
        $record
        $($items)*
        &__AUTOMETRICS_SITE
    }};
}

#[cfg(all(
    any(
        target_os = "linux",
        target_os = "android",
        target_os = "freebsd",
        target_os = "fuchsia",
        target_vendor = "apple"
    ),
    not(miri)
))]
mod section {
    use super::Entry;

    // SAFETY: the linker defines both symbols because `KEEP` ensures that the section exists. Their
    // type has size zero, so the declarations claim nothing about the memory behind them.
    unsafe extern "Rust" {
        #[cfg_attr(not(target_vendor = "apple"), link_name = "__start_autometrics_sites")]
        #[cfg_attr(
            target_vendor = "apple",
            link_name = "\u{1}section$start$__DATA$__autometrics"
        )]
        static START: [Entry; 0];

        #[cfg_attr(not(target_vendor = "apple"), link_name = "__stop_autometrics_sites")]
        #[cfg_attr(
            target_vendor = "apple",
            link_name = "\u{1}section$end$__DATA$__autometrics"
        )]
        static STOP: [Entry; 0];
    }

    /// An entry without a function, so that the section exists even if nothing is instrumented.
    #[used]
    // SAFETY: an `Entry`, like everything in the section.
    #[cfg_attr(
        not(target_vendor = "apple"),
        unsafe(link_section = "autometrics_sites")
    )]
    #[cfg_attr(
        target_vendor = "apple",
        unsafe(link_section = "__DATA,__autometrics,regular,no_dead_strip")
    )]
    static KEEP: Entry = None;

    pub(super) fn entries() -> &'static [Entry] {
        super::between((&raw const START).cast(), (&raw const STOP).cast())
    }
}

#[cfg(all(windows, not(miri)))]
mod section {
    use super::Entry;

    // The linker sorts sections of the same name by the text after the `$`.
    // SAFETY: entries, like everything in the section.
    #[unsafe(link_section = ".amsites$a")]
    static START: Entry = None;
    // SAFETY: an entry, like everything in the section.
    #[unsafe(link_section = ".amsites$c")]
    static STOP: Entry = None;

    pub(super) fn entries() -> &'static [Entry] {
        // `black_box`, because the compiler would assume that `START` is the whole list.
        super::between(std::hint::black_box(&raw const START), &raw const STOP)
    }
}

#[cfg(any(
    miri,
    not(any(
        target_os = "linux",
        target_os = "android",
        target_os = "freebsd",
        target_os = "fuchsia",
        target_vendor = "apple",
        windows
    ))
))]
mod section {
    pub(super) fn entries() -> &'static [super::Entry] {
        &[]
    }
}

/// Returns the entries from `start` to `stop`, the bounds of the section.
#[cfg(not(miri))]
#[cfg_attr(
    not(any(unix, windows, target_os = "fuchsia")),
    expect(dead_code, reason = "there is no list here")
)]
fn between(start: *const Entry, stop: *const Entry) -> &'static [Entry] {
    let entries = stop.addr().saturating_sub(start.addr()) / size_of::<Entry>();
    // SAFETY: only `__callsite!` and `KEEP`, `START` and `STOP` above put anything into the
    // section: statics of type `Entry`, which live as long as the program and never change. The
    // linker places them one after the other from `start`, with their alignment, as they all have
    // the same size and alignment; it may only add zeros, which are `None`. A crate that puts
    // anything else into a section of this name breaks the promise of its own `unsafe`.
    unsafe { std::slice::from_raw_parts(start, entries) }
}

#[cfg(test)]
mod tests {
    use autometrics_schema::record::SECTION;

    /// Attributes accept no constants, so the names are repeated in this file.
    #[test]
    fn section_names_match_those_of_the_record_reader() {
        let here = include_str!("linked.rs");
        let (segment, section) = SECTION.mach_o;
        for name in [
            format!("link_section = \"{}\"", SECTION.elf),
            format!("link_section = \"{segment},{section},regular"),
            format!("link_section = \"{}\"", SECTION.pe),
        ] {
            assert!(here.contains(&name), "{name}");
        }
    }
}
