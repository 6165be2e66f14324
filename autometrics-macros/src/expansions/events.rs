//! Tests of expansions with `events`.

#![expect(
    clippy::needless_raw_string_hashes,
    reason = "they are written by `UPDATE_EXPECT=1`"
)]

use expect_test::expect;

use super::{check, shapes::check_with};

#[test]
fn function_with_fields_and_a_limit() {
    check(
        "events(fields(user = id, ?cart.owner), slower_than = \"1.5s\")",
        "fn load(id: u8, cart: Cart) -> Res { read(id) }",
        expect![[r#"
            fn load(id: u8, cart: Cart) -> Res {
                let __autometrics_entered = ::autometrics::__private0::enter_classified_with_events::<
                    false,
                    _,
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
                        ::autometrics::__private0::Returns::Classified, false); static
                        __AUTOMETRICS_SITE : ::autometrics::__private0::Callsite =
                        ::autometrics::__private0::Callsite::with_events(::autometrics::__private0::Callsite::new(&
                        __AUTOMETRICS_RECORD, & [], false, false), & __AUTOMETRICS_EVENTS); static
                        __AUTOMETRICS_EVENTS : ::autometrics::__private0::EventSite =
                        ::autometrics::__private0::EventSite::slower_than(::autometrics::__private0::EventSite::new(&
                        ["user", "cart.owner"], | __autometrics_event |
                        ::autometrics::__private0::emit!(__autometrics_event, "user", "cart.owner")),
                        ::core::time::Duration::from_nanos(1500000000u64));
                    },
                    {
                        #[allow(unused_imports)]
                        use ::autometrics::__private0::ShownAtOnce as _;
                        let __autometrics_field_0 = match &(id) {
                            __autometrics_it => {
                                ::autometrics::__private0::Field(__autometrics_it)
                                    .__autometrics_when()
                                    .__autometrics_display(__autometrics_it)
                            }
                        };
                        let __autometrics_field_1 = match &(cart.owner) {
                            __autometrics_it => {
                                ::autometrics::__private0::Field(__autometrics_it)
                                    .__autometrics_when()
                                    .__autometrics_debug(__autometrics_it)
                            }
                        };
                        move |__autometrics_captured: &mut ::autometrics::__private0::Captured<'_>| {
                            ::autometrics::__private0::Captured::put(
                                __autometrics_captured,
                                &__autometrics_field_0,
                            );
                            ::autometrics::__private0::Captured::put(
                                __autometrics_captured,
                                &__autometrics_field_1,
                            );
                        }
                    },
                );
                #[allow(clippy::result_large_err)]
                let __autometrics_returned = ::autometrics::__private0::as_fn_once(|| -> Res {
                    read(id)
                })();
                ::autometrics::__private0::EventCall::set_verdict(
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
                    |__autometrics_text| {
                        #[allow(unused_imports)]
                        use ::autometrics::__private0::{
                            Otherwise as _, Ready as _, FormatDebug as _, FormatNothing as _,
                        };
                        let (_, __autometrics_failure) = ::autometrics::__private0::Returned(
                                ::core::option::Option::Some(&__autometrics_returned),
                            )
                            .__autometrics_split();
                        __autometrics_failure.__autometrics_format_error(__autometrics_text);
                    },
                );
                return __autometrics_returned;
            }
        "#]],
    );
}

#[test]
fn other_shapes() {
    check_with(
        "events",
        "#[track_caller] fn load(id: u8) -> Res { read(id)?; Ok(id) }",
        expect![[r#"
            #[track_caller]
            fn load(id: u8) -> Res {
                let __autometrics_entered = ::autometrics::__private0::enter_with_events::<
                    false,
                    _,
                >(
                    SITE,
                    ::autometrics::__private0::Verdict::ERROR,
                    ::autometrics::__private0::no_fields,
                );
                read(id)?;
                return ::autometrics::__private0::EventCall::classify(
                    &__autometrics_entered,
                    Ok(id),
                    |__autometrics_returned| CLASSIFIED,
                    |__autometrics_returned, __autometrics_text| CLASSIFIED,
                );
            }
        "#]],
    );
    check_with(
        "events(slower_than = LIMIT)",
        "fn load(id: u8) { read(id) }",
        expect![[r#"
            fn load(id: u8) {
                let __autometrics_entered = ::autometrics::__private0::enter_with_events::<
                    false,
                    _,
                >(
                    SITE,
                    ::autometrics::__private0::Verdict::OK,
                    ::autometrics::__private0::no_fields,
                );
                read(id)
            }
        "#]],
    );
    check_with(
        "events(fields(id))",
        "async fn load(id: u8) { read(id).await }",
        expect![[r#"
            async fn load(id: u8) {
                return ::autometrics::__private0::defer(
                        ::autometrics::__private0::event_call_of::<
                            false,
                            (),
                            _,
                            _,
                            _,
                        >(
                            SITE,
                            CLASSIFIED,
                            ::autometrics::__private0::always_ok,
                            ::autometrics::__private0::no_error,
                        ),
                        move || {
                            return async move {
                                #[allow(
                                    unknown_lints,
                                    unreachable_code,
                                    clippy::diverging_sub_expression,
                                    clippy::empty_loop,
                                    clippy::let_unit_value,
                                    clippy::let_with_type_underscore,
                                    clippy::needless_return,
                                    clippy::type_complexity,
                                    clippy::unreachable,
                                )]
                                if false {
                                    let __autometrics_value: () = loop {};
                                    return __autometrics_value;
                                }
                                read(id).await
                            };
                        },
                    )
                    .await;
            }
        "#]],
    );
}
