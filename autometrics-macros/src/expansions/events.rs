//! What `events` changes in an expansion.

#![expect(
    clippy::needless_raw_string_hashes,
    reason = "they are written by `UPDATE_EXPECT=1`"
)]

use expect_test::expect;

use super::{check, shapes::check_with};

#[test]
fn a_function_with_fields_and_a_limit() {
    check(
        "events(fields(user = id, ?cart.owner), slower_than = \"1.5s\")",
        "fn load(id: u8, cart: Cart) -> Res { read(id) }",
        expect![[r#"
            fn load(id: u8, cart: Cart) -> Res {
                let entered = ::autometrics::__private::watch_judged::<
                    false,
                    _,
                >(
                    ::autometrics::__private::callsite! {
                        static __AUTOMETRICS_ENTRY : ::autometrics::__private::Entry =
                        ::core::option::Option::Some(& __AUTOMETRICS_SITE); static
                        __AUTOMETRICS_RECORD : ::autometrics::__private::Encoded < [u8;
                        ::core::concat!("autometrics-macros\x001.2.3\0load\0read\0",
                        ::core::module_path!(), "\0", ::core::file!(), "\0", ::core::line!()) .len()]
                        > =
                        ::autometrics::__private::Encoded::new(::core::concat!("autometrics-macros\x001.2.3\0load\0read\0",
                        ::core::module_path!(), "\0", ::core::file!(), "\0", ::core::line!()),
                        ::autometrics::__private::Returns::Judged, false); static __AUTOMETRICS_SITE
                        : ::autometrics::__private::Callsite =
                        ::autometrics::__private::Callsite::new(& __AUTOMETRICS_RECORD, & [], false,
                        false).with_events(& __AUTOMETRICS_EVENTS); static __AUTOMETRICS_EVENTS :
                        ::autometrics::__private::EventSite =
                        ::autometrics::__private::EventSite::new(& ["user", "cart.owner"], | event |
                        ::autometrics::__private::emit!(event, "user", "cart.owner"),)
                        .slower_than(::core::time::Duration::from_nanos(1500000000u64));
                    },
                    {
                        #[allow(unused_imports)]
                        use ::autometrics::__private::ShownAtOnce as _;
                        let field_0 = match &(id) {
                            it => ::autometrics::__private::Field(it).when().display(it),
                        };
                        let field_1 = match &(cart.owner) {
                            it => ::autometrics::__private::Field(it).when().debug(it),
                        };
                        move |captured: &mut ::autometrics::__private::Captured<'_>| {
                            captured.put(&field_0);
                            captured.put(&field_1);
                        }
                    },
                );
                #[allow(clippy::result_large_err)]
                let returned = ::autometrics::__private::once(|| -> Res { read(id) })();
                entered
                    .judged(
                        {
                            use ::autometrics::__private::{
                                Otherwise as _, Ready as _, Unlabelled as _,
                            };
                            let (value, failure) = ::autometrics::__private::Returned(
                                    ::core::option::Option::Some(&returned),
                                )
                                .split();
                            value.say().or(failure.say())
                        },
                        |text| {
                            #[allow(unused_imports)]
                            use ::autometrics::__private::{
                                Otherwise as _, Ready as _, TellDebug as _, TellNothing as _,
                            };
                            let (_, failure) = ::autometrics::__private::Returned(
                                    ::core::option::Option::Some(&returned),
                                )
                                .split();
                            failure.tell(text);
                        },
                    );
                return returned;
            }
        "#]],
    );
}

#[test]
fn the_other_shapes() {
    check_with(
        "events",
        "#[track_caller] fn load(id: u8) -> Res { read(id)?; Ok(id) }",
        expect![[r#"
            #[track_caller]
            fn load(id: u8) -> Res {
                let entered = ::autometrics::__private::watch::<
                    false,
                    _,
                >(
                    SITE,
                    ::autometrics::__private::Verdict::ERROR,
                    ::autometrics::__private::no_fields,
                );
                read(id)?;
                return entered.judge::<Res>(Ok(id), |returned| JUDGED, |returned, text| JUDGED);
            }
        "#]],
    );
    check_with(
        "events(slower_than = LIMIT)",
        "fn load(id: u8) { read(id) }",
        expect![[r#"
            fn load(id: u8) {
                let entered = ::autometrics::__private::watch::<
                    false,
                    _,
                >(SITE, ::autometrics::__private::Verdict::OK, ::autometrics::__private::no_fields);
                read(id)
            }
        "#]],
    );
    check_with(
        "events(fields(id))",
        "async fn load(id: u8) { read(id).await }",
        expect![[r#"
            async fn load(id: u8) {
                return ::autometrics::__private::watch_future::<
                    false,
                    _,
                    _,
                    _,
                    _,
                    (),
                >(
                        SITE,
                        JUDGED,
                        async move {
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
                                let value: () = loop {};
                                return value;
                            }
                            read(id).await
                        },
                        ::autometrics::__private::always_ok,
                        ::autometrics::__private::no_error,
                    )
                    .await;
            }
        "#]],
    );
}
