//! Tests of expansions with `span`.

use expect_test::expect;

use super::shapes::check_with;

#[test]
fn functions_in_spans() {
    check_with(
        "span(level = \"debug\", fields(id, name = %name), err, ret(level = Level::TRACE))",
        "fn load(id: u8, name: &str) -> Res { read(id) }",
        expect![[r#"
            fn load(id: u8, name: &str) -> Res {
                let __autometrics_span = ::autometrics::__private0::tracing::span!(
                    target : ::core::module_path!(),
                    ::autometrics::__private0::tracing::Level::DEBUG, "load", caller =
                    ::core::option::Option::map(::autometrics::__private0::caller(),
                    ::autometrics::__private0::tracing::field::display), id, name = % name
                );
                let __autometrics_in_span = ::autometrics::__private0::tracing::Span::enter(
                    &__autometrics_span,
                );
                let __autometrics_entered = ::autometrics::__private0::enter_classified::<
                    false,
                >(SITE);
                #[allow(clippy::result_large_err)]
                let __autometrics_returned = ::autometrics::__private0::as_fn_once(|| -> Res {
                    read(id)
                })();
                ::autometrics::__private0::Entered::set_verdict(
                    &__autometrics_entered,
                    {
                        ::autometrics::__private0::Entered::untimed(
                            &__autometrics_entered,
                            || CLASSIFIED,
                        );
                        CLASSIFIED
                    },
                );
                return __autometrics_returned;
            }
        "#]],
    );
    check_with(
        "span",
        "async fn load(id: u8) { read(id).await }",
        expect![[r#"
            async fn load(id: u8) {
                return {
                    let __autometrics_span = ::autometrics::__private0::tracing::span!(
                        target : ::core::module_path!(),
                        ::autometrics::__private0::tracing::Level::INFO, "load", caller =
                        ::core::option::Option::map(::autometrics::__private0::caller(),
                        ::autometrics::__private0::tracing::field::display),
                    );
                    ::autometrics::__private0::tracing::Instrument::instrument(
                        ::core::future::IntoFuture::into_future(
                            ::autometrics::__private0::defer(
                                ::autometrics::__private0::call_of::<
                                    false,
                                    (),
                                    _,
                                >(SITE, ::autometrics::__private0::always_ok),
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
                            ),
                        ),
                        __autometrics_span,
                    )
                }
                    .await;
            }
        "#]],
    );
}
