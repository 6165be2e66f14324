//! Tests with a file that has functions of all shapes.

use expect_test::{Expect, expect};

use super::{Style, find, write};

const SHAPES: &str = r#"//! All shapes.
use std::fmt;

/// Documented.
#[inline]
pub fn free() {}

pub(crate) async unsafe extern "C" fn qualified() { fn nested() {} }
const fn constant() -> u8 { const fn inner() {} 1 }

impl<T> Type<T> {
    /// Text with ä.
    #[must_use] pub const fn new() -> Self { Self }
    pub async fn method(&self) {}
}
trait Trait { fn required(&self); /** doc */ fn provided(&self) { fn nested() {} } }
unsafe impl Trait for Type { fn required(&self) {} #[cfg(test)] fn provided(&self) {} }
impl Empty { const fn only() {} }
mod inline { pub fn inner() { let closure = || { fn deep() {} }; } }
macro_rules! make { ($name:ident) => { fn $name() { let f: fn() = g; } fn other() {} } }
extern "C" { fn foreign(); }
#[test] fn test() {}
#[tokio::test] async fn async_test() { fn helper() {} }
#[cfg(test)] mod tests { fn helper() {} }
#[cfg(all(test, feature = "a"))] mod more;
#[cfg(any(test, feature = "a"))] mod also { fn not_only_tests() {} }
"#;

#[track_caller]
fn check(style: Style, expected: &Expect) {
    let found = find(SHAPES, style).unwrap();
    let mut text = write(SHAPES, &found.places);
    assert_eq!(text.lines().count(), SHAPES.lines().count());
    text = text.replace("::autometrics::instrument_fn", "#");
    let functions: usize = found.places.iter().map(|place| place.functions).sum();
    let left_out = found.left_out.iter();
    let left_out: Vec<_> = left_out
        .map(|(why, count)| format!("{count} {why}"))
        .collect();
    let (left_out, modules) = (left_out.join(", "), found.test_modules);
    let summary = format!("// {functions} instrumented; not {left_out}; not in {modules:?}\n");
    text.push_str(&summary);
    expected.assert_eq(&text);
}

#[test]
fn inserts_the_attribute_below_the_others() {
    check(
        Style::Below,
        &expect![[r#"
            //! All shapes.
            use std::fmt;

            /// Documented.
            #[inline]
            #[#] pub fn free() {}

            #[#] pub(crate) async unsafe extern "C" fn qualified() { #[#] fn nested() {} }
            const fn constant() -> u8 { const fn inner() {} 1 }

            impl<T> Type<T> {
                /// Text with ä.
                #[must_use] pub const fn new() -> Self { Self }
                #[#] pub async fn method(&self) {}
            }
            trait Trait { fn required(&self); /** doc */ #[#] fn provided(&self) { #[#] fn nested() {} } }
            unsafe impl Trait for Type { #[#] fn required(&self) {} #[cfg(test)] fn provided(&self) {} }
            impl Empty { const fn only() {} }
            mod inline { #[#] pub fn inner() { let closure = || { #[#] fn deep() {} }; } }
            macro_rules! make { ($name:ident) => { fn $name() { let f: fn() = g; } fn other() {} } }
            extern "C" { fn foreign(); }
            #[test] fn test() {}
            #[tokio::test] async fn async_test() { fn helper() {} }
            #[cfg(test)] mod tests { fn helper() {} }
            #[cfg(all(test, feature = "a"))] mod more;
            #[cfg(any(test, feature = "a"))] mod also { #[#] fn not_only_tests() {} }
            // 10 instrumented; not 4 const, 2 no body, 2 in a macro, 5 test; not in ["more"]
        "#]],
    );
}

#[test]
fn inserts_the_attribute_above_the_others() {
    check(
        Style::Above,
        &expect![[r#"
            //! All shapes.
            use std::fmt;

            #[#] /// Documented.
            #[inline]
            pub fn free() {}

            #[#] pub(crate) async unsafe extern "C" fn qualified() { #[#] fn nested() {} }
            const fn constant() -> u8 { const fn inner() {} 1 }

            impl<T> Type<T> {
                /// Text with ä.
                #[must_use] pub const fn new() -> Self { Self }
                #[#] pub async fn method(&self) {}
            }
            trait Trait { fn required(&self); #[#] /** doc */ fn provided(&self) { #[#] fn nested() {} } }
            unsafe impl Trait for Type { #[#] fn required(&self) {} #[cfg(test)] fn provided(&self) {} }
            impl Empty { const fn only() {} }
            mod inline { #[#] pub fn inner() { let closure = || { #[#] fn deep() {} }; } }
            macro_rules! make { ($name:ident) => { fn $name() { let f: fn() = g; } fn other() {} } }
            extern "C" { fn foreign(); }
            #[test] fn test() {}
            #[tokio::test] async fn async_test() { fn helper() {} }
            #[cfg(test)] mod tests { fn helper() {} }
            #[cfg(all(test, feature = "a"))] mod more;
            #[cfg(any(test, feature = "a"))] mod also { #[#] fn not_only_tests() {} }
            // 10 instrumented; not 4 const, 2 no body, 2 in a macro, 5 test; not in ["more"]
        "#]],
    );
}

#[test]
fn inserts_the_attribute_on_blocks() {
    check(
        Style::Impl,
        &expect![[r#"
            //! All shapes.
            use std::fmt;

            /// Documented.
            #[inline]
            #[#] pub fn free() {}

            #[#] pub(crate) async unsafe extern "C" fn qualified() { #[#] fn nested() {} }
            const fn constant() -> u8 { const fn inner() {} 1 }

            #[#] impl<T> Type<T> {
                /// Text with ä.
                #[must_use] #[skip] pub const fn new() -> Self { Self }
                pub async fn method(&self) {}
            }
            trait Trait { fn required(&self); /** doc */ #[#] fn provided(&self) { #[#] fn nested() {} } }
            #[#] unsafe impl Trait for Type { fn required(&self) {} #[cfg(test)] #[skip] fn provided(&self) {} }
            impl Empty { const fn only() {} }
            mod inline { #[#] pub fn inner() { let closure = || { #[#] fn deep() {} }; } }
            macro_rules! make { ($name:ident) => { fn $name() { let f: fn() = g; } fn other() {} } }
            extern "C" { fn foreign(); }
            #[test] fn test() {}
            #[tokio::test] async fn async_test() { fn helper() {} }
            #[cfg(test)] mod tests { fn helper() {} }
            #[cfg(all(test, feature = "a"))] mod more;
            #[cfg(any(test, feature = "a"))] mod also { #[#] fn not_only_tests() {} }
            // 10 instrumented; not 4 const, 2 no body, 2 in a macro, 5 test; not in ["more"]
        "#]],
    );
}

#[test]
fn offsets_include_byte_order_mark_and_shebang() {
    for before in ["\u{feff}", "#!/usr/bin/env run\n", ""] {
        let text = format!("{before}fn a() {{}}\r\nfn b() {{}}\r\n");
        let found = find(&text, Style::Below).unwrap();
        let written = write(&text, &found.places);
        assert_eq!(
            written,
            text.replace("fn ", "#[::autometrics::instrument_fn] fn ")
        );
    }
}

#[test]
fn place_covers_the_lines_of_its_function() {
    let found = find("\nfn a() {\n}\nfn b() {}", Style::Below).unwrap();
    let covering = |line| {
        found
            .places
            .iter()
            .filter(|place| place.covers(line))
            .count()
    };
    assert_eq!([1, 2, 3, 4].map(covering), [0, 1, 1, 1]);
}
