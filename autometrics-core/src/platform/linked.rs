//! The list of all decorated functions, which the linker puts together; and their
//! records, for those who read the program without running it.
//!
//! Each function has a pointer to its static in a link section of ours; linkers
//! lay the contents of equally named sections next to each other, and tell
//! where they begin and end. Where that is not known, the list is empty, and
//! functions register at their first call.
//!
//! Not the crate `linkme`: its attribute took a third of the time in which a
//! decorated function compiles, and clippy saw its `unsafe fn` in users' code.

use crate::callsite::Callsite;

/// What stands in the section. Linkers may fill up with zeros, which are `None`.
#[doc(hidden)]
pub type Entry = Option<&'static Callsite>;

/// The functions that the linker collected.
pub(crate) fn callsites() -> impl Iterator<Item = &'static Callsite> {
    section::entries().iter().filter_map(|entry| *entry)
}

/// A reference to the static `__AUTOMETRICS_SITE`, which is among `$items`.
///
/// Puts the first static, an [`Entry`], into the section of the list, and the second
/// into that of records, which is one of [`autometrics_schema::record::SECTION`].
///
/// A macro for each system, as `cfg_attr` is work for the compiler in every function.
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

/// The same for Apple's systems.
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

/// The same for Windows.
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

/// Where no section is known, the record is there, but not to be found.
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

    // SAFETY: the linker defines both symbols because `KEEP` makes sure that the
    // section exists. Their type has no size, so declaring them claims nothing
    // of what is there.
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

    /// An entry for no function, so that there is a section also where nothing
    /// is decorated.
    #[used]
    // SAFETY: an `Entry`, as all that is put into the section.
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

    // The linker sorts sections of one name by what follows the `$`.
    // SAFETY: entries, as all that is put into the section.
    #[unsafe(link_section = ".amsites$a")]
    static START: Entry = None;
    // SAFETY: the same.
    #[unsafe(link_section = ".amsites$c")]
    static STOP: Entry = None;

    pub(super) fn entries() -> &'static [Entry] {
        // Hidden, as the compiler takes `START` for all that there is.
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

/// What stands from `start` up to `stop`, the ends of the section.
#[cfg(not(miri))]
#[cfg_attr(
    not(any(unix, windows, target_os = "fuchsia")),
    expect(dead_code, reason = "there is no list here")
)]
fn between(start: *const Entry, stop: *const Entry) -> &'static [Entry] {
    let entries = stop.addr().saturating_sub(start.addr()) / size_of::<Entry>();
    // SAFETY: only `__callsite!` and `KEEP`, `START` and `STOP` above put anything
    // into the section: statics of type `Entry`, which live as long as the
    // program and never change. The linker lays them one after the other from
    // `start`, aligned as they are, for they all have the same size and
    // alignment; what it may add is zeros, which are `None`. A section of another
    // crate under this name would be a lie told in that crate's `unsafe`.
    unsafe { std::slice::from_raw_parts(start, entries) }
}

#[cfg(test)]
mod tests {
    use autometrics_schema::record::SECTION;

    /// Attributes take no constants.
    #[test]
    fn records_stand_where_readers_look() {
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
