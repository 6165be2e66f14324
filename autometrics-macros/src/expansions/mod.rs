//! Tests of expansions, for each shape of function.
//!
//! `UPDATE_EXPECT=1 cargo test -p autometrics-macros` accepts a change; read the diff.

#![expect(
    clippy::needless_pass_by_value,
    reason = "an expectation is written where it is used"
)]

use expect_test::{Expect, expect};
use proc_macro2::TokenStream;

mod events;
mod names;
mod shapes;
mod spans;

use crate::{attribute, parse::dialect::Dialect};

#[track_caller]
fn check(arguments: &str, item: &str, expected: Expect) {
    expected.assert_eq(
        &prettyplease::unparse(&expanded(arguments, item))
            .replace(env!("CARGO_PKG_VERSION"), "1.2.3"),
    );
}

fn tokens(text: &str) -> TokenStream {
    text.parse().expect("the test's own code parses")
}

fn expanded(arguments: &str, item: &str) -> syn::File {
    let expanded = attribute::expand(Dialect::Current, tokens(arguments), tokens(item));
    syn::parse2(expanded).expect("the expansion parses")
}

#[test]
fn function_without_arguments() {
    check(
        "",
        "/// Loads.\npub(crate) fn load(id: u64) -> io::Result<String> { read(id)? }",
        expect![[r#"
            /// Loads.
            pub(crate) fn load(id: u64) -> io::Result<String> {
                let __autometrics_entered = ::autometrics::__private0::enter_classified::<
                    false,
                >(
                    ::autometrics::__private0::callsite! {
                        static __AUTOMETRICS_ENTRY : ::autometrics::__private0::Entry =
                        ::core::option::Option::Some(& __AUTOMETRICS_SITE); static
                        __AUTOMETRICS_RECORD : ::autometrics::__private0::Encoded <
                        [::core::primitive::u8;
                        ::core::primitive::str::len(::core::concat!("autometrics-macros\x001.2.3\0load\0read\0",
                        ::core::module_path!(), "\0", ::core::file!(), "\0", ::core::line!()))] > =
                        ::autometrics::__private0::Encoded::new(::core::concat!("autometrics-macros\x001.2.3\0load\0read\0",
                        ::core::module_path!(), "\0", ::core::file!(), "\0", ::core::line!()),
                        ::autometrics::__private0::Returns::Result, false); static __AUTOMETRICS_SITE
                        : ::autometrics::__private0::Callsite =
                        ::autometrics::__private0::Callsite::new(& __AUTOMETRICS_RECORD, & [], false,
                        false);
                    },
                );
                #[allow(clippy::result_large_err)]
                let __autometrics_returned = ::autometrics::__private0::as_fn_once(|| -> io::Result<
                    String,
                > { read(id)? })();
                ::autometrics::__private0::Entered::set_verdict(
                    &__autometrics_entered,
                    {
                        use ::autometrics::__private0::{Otherwise as _, Ready as _, Unlabelled as _};
                        let (__autometrics_value, __autometrics_failure) = ::autometrics::__private0::Returned(
                                ::core::option::Option::Some(&__autometrics_returned),
                            )
                            .__autometrics_split();
                        ::autometrics::__private0::HalfVerdict::or(
                            __autometrics_value.__autometrics_classify(),
                            __autometrics_failure.__autometrics_classify(),
                        )
                    },
                );
                return __autometrics_returned;
            }
        "#]],
    );
}

#[test]
fn function_with_all_arguments() {
    check(
        r#"objective = CHECKOUT, track_concurrency, name = "checkout""#,
        "fn place() {}",
        expect![[r#"
            fn place() {
                let __autometrics_entered = ::autometrics::__private0::enter::<
                    true,
                >(
                    ::autometrics::__private0::callsite! {
                        static __AUTOMETRICS_ENTRY : ::autometrics::__private0::Entry =
                        ::core::option::Option::Some(& __AUTOMETRICS_SITE); static
                        __AUTOMETRICS_RECORD : ::autometrics::__private0::Encoded <
                        [::core::primitive::u8;
                        ::autometrics::__private0::tail(::core::concat!("autometrics-macros\x001.2.3\0checkout\0\0",
                        ::core::module_path!(), "\0", ::core::file!(), "\0", ::core::line!()), &
                        __AUTOMETRICS_OBJECTIVES)] > =
                        ::autometrics::__private0::Encoded::with_objectives(::core::concat!("autometrics-macros\x001.2.3\0checkout\0\0",
                        ::core::module_path!(), "\0", ::core::file!(), "\0", ::core::line!()),
                        ::autometrics::__private0::Returns::Other, false, &
                        __AUTOMETRICS_OBJECTIVES); static __AUTOMETRICS_SITE :
                        ::autometrics::__private0::Callsite =
                        ::autometrics::__private0::Callsite::new(& __AUTOMETRICS_RECORD, &
                        __AUTOMETRICS_OBJECTIVES, true, false); static __AUTOMETRICS_OBJECTIVES :
                        [::autometrics::__private0::Objective; 1usize] = [CHECKOUT];
                    },
                    ::autometrics::__private0::Verdict::OK,
                );
            }
        "#]],
    );
}

#[test]
fn impl_block() {
    check(
        "track_concurrency",
        "impl<T> From<Kelvin<T>> for Celsius<T> {
            type Error = ();
            fn from(kelvin: Kelvin<T>) -> Self { Self(kelvin.0) }
            #[skip]
            fn skipped() {}
            #[instrument_fn(name = \"own\")]
            fn renamed(&mut self) -> Option<impl Iterator<Item = &T>> { None }
        }",
        expect![[r#"
            impl<T> From<Kelvin<T>> for Celsius<T> {
                type Error = ();
                fn from(kelvin: Kelvin<T>) -> Self {
                    let __autometrics_entered = ::autometrics::__private0::enter_classified::<
                        true,
                    >(
                        ::autometrics::__private0::callsite! {
                            static __AUTOMETRICS_ENTRY : ::autometrics::__private0::Entry =
                            ::core::option::Option::Some(& __AUTOMETRICS_SITE); static
                            __AUTOMETRICS_RECORD : ::autometrics::__private0::Encoded <
                            [::core::primitive::u8;
                            ::core::primitive::str::len(::core::concat!("autometrics-macros\x001.2.3\0<Celsius as From<Kelvin>>::from\0\0",
                            ::core::module_path!(), "\0", ::core::file!(), "\0", ::core::line!()))] >
                            =
                            ::autometrics::__private0::Encoded::new(::core::concat!("autometrics-macros\x001.2.3\0<Celsius as From<Kelvin>>::from\0\0",
                            ::core::module_path!(), "\0", ::core::file!(), "\0", ::core::line!()),
                            ::autometrics::__private0::Returns::Classified, false); static
                            __AUTOMETRICS_SITE : ::autometrics::__private0::Callsite =
                            ::autometrics::__private0::Callsite::new(& __AUTOMETRICS_RECORD, & [],
                            true, false);
                        },
                    );
                    #[allow(clippy::result_large_err)]
                    let __autometrics_returned = ::autometrics::__private0::as_fn_once(|| -> Self {
                        Self(kelvin.0)
                    })();
                    ::autometrics::__private0::Entered::set_verdict(
                        &__autometrics_entered,
                        {
                            use ::autometrics::__private0::{
                                Otherwise as _, Ready as _, Unlabelled as _,
                            };
                            let (__autometrics_value, __autometrics_failure) = ::autometrics::__private0::Returned(
                                    ::core::option::Option::Some(&__autometrics_returned),
                                )
                                .__autometrics_split();
                            ::autometrics::__private0::HalfVerdict::or(
                                __autometrics_value.__autometrics_classify(),
                                __autometrics_failure.__autometrics_classify(),
                            )
                        },
                    );
                    return __autometrics_returned;
                }
                fn skipped() {}
                fn renamed(&mut self) -> Option<impl Iterator<Item = &T>> {
                    let __autometrics_entered = ::autometrics::__private0::enter::<
                        true,
                    >(
                        ::autometrics::__private0::callsite! {
                            static __AUTOMETRICS_ENTRY : ::autometrics::__private0::Entry =
                            ::core::option::Option::Some(& __AUTOMETRICS_SITE); static
                            __AUTOMETRICS_RECORD : ::autometrics::__private0::Encoded <
                            [::core::primitive::u8;
                            ::core::primitive::str::len(::core::concat!("autometrics-macros\x001.2.3\0own\0\0",
                            ::core::module_path!(), "\0", ::core::file!(), "\0", ::core::line!()))] >
                            =
                            ::autometrics::__private0::Encoded::new(::core::concat!("autometrics-macros\x001.2.3\0own\0\0",
                            ::core::module_path!(), "\0", ::core::file!(), "\0", ::core::line!()),
                            ::autometrics::__private0::Returns::Option, false); static
                            __AUTOMETRICS_SITE : ::autometrics::__private0::Callsite =
                            ::autometrics::__private0::Callsite::new(& __AUTOMETRICS_RECORD, & [],
                            true, false);
                        },
                        ::autometrics::__private0::Verdict::OK,
                    );
                    None
                }
            }
        "#]],
    );
}

#[test]
fn all_mistakes_are_reported_and_the_function_is_kept() {
    check(
        "colour, name = 7",
        "fn load() {}",
        expect![[r#"
            fn load() {
                let __autometrics_entered = ::autometrics::__private0::enter::<
                    false,
                >(
                    ::autometrics::__private0::callsite! {
                        static __AUTOMETRICS_ENTRY : ::autometrics::__private0::Entry =
                        ::core::option::Option::Some(& __AUTOMETRICS_SITE); static
                        __AUTOMETRICS_RECORD : ::autometrics::__private0::Encoded <
                        [::core::primitive::u8;
                        ::core::primitive::str::len(::core::concat!("autometrics-macros\x001.2.3\0load\0\0",
                        ::core::module_path!(), "\0", ::core::file!(), "\0", ::core::line!()))] > =
                        ::autometrics::__private0::Encoded::new(::core::concat!("autometrics-macros\x001.2.3\0load\0\0",
                        ::core::module_path!(), "\0", ::core::file!(), "\0", ::core::line!()),
                        ::autometrics::__private0::Returns::Other, false); static __AUTOMETRICS_SITE
                        : ::autometrics::__private0::Callsite =
                        ::autometrics::__private0::Callsite::new(& __AUTOMETRICS_RECORD, & [], false,
                        false);
                    },
                    ::autometrics::__private0::Verdict::OK,
                );
            }
            ::core::compile_error! {
                "unknown argument `colour`: expected `objective = CONST`, `track_concurrency`, `name = \"…\"`, `ok_if = TEST`, `error_if = TEST`, `span`, `events` or `crate = PATH`"
            }
            ::core::compile_error! {
                "not a value for `name`: expected `name = \"checkout\"`"
            }
        "#]],
    );
    check(
        "",
        "const fn load() {}",
        expect![[r#"
            const fn load() {}
            ::core::compile_error! {
                "a `const fn` cannot be instrumented, because it may run at compile time: remove `const`, or exclude the function (`#[skip]` in an instrumented block)"
            }
        "#]],
    );
    check(
        "",
        "struct Cart;",
        expect![[r#"
            struct Cart;
            ::core::compile_error! {
                "expected a function with a body, or an `impl` block, a trait or a module with functions in it, under `#[instrument_fn]`"
            }
        "#]],
    );
}
