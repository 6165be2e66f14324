//! Tests of the code around a body, without the parts that are the same for every function.

#![expect(
    clippy::needless_raw_string_hashes,
    reason = "they are written by `UPDATE_EXPECT=1`"
)]

use expect_test::{Expect, expect};
use syn::{
    Expr, Item, ItemUse, Macro, Stmt, parse_quote,
    visit_mut::{self, VisitMut},
};

use super::expanded;

#[track_caller]
fn check(item: &str, expected: Expect) {
    check_with("", item, expected);
}

#[track_caller]
pub(super) fn check_with(arguments: &str, item: &str, expected: Expect) {
    let mut file = expanded(arguments, item);
    Shorten.visit_file_mut(&mut file);
    expected.assert_eq(&prettyplease::unparse(&file));
}

/// Replaces the function's static by `SITE`, and the classification by type by `CLASSIFIED`.
struct Shorten;

impl VisitMut for Shorten {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        match expression {
            Expr::Macro(call) if is_callsite(&call.mac) => *expression = parse_quote!(SITE),
            Expr::Block(block)
                if matches!(
                    block.block.stmts.first(),
                    Some(Stmt::Item(Item::Use(ItemUse {
                        leading_colon: Some(_),
                        ..
                    })))
                ) =>
            {
                *expression = parse_quote!(CLASSIFIED);
            }
            _ => {}
        }
        visit_mut::visit_expr_mut(self, expression);
    }
}

fn is_callsite(call: &Macro) -> bool {
    let last = call.path.segments.last();
    last.is_some_and(|last| last.ident == "callsite")
}

#[test]
fn function_whose_value_cannot_be_an_error() {
    check(
        "fn first(items: &[u8]) -> Option<&u8> { use std::ops::Index; items.first() }",
        expect![[r#"
            fn first(items: &[u8]) -> Option<&u8> {
                let __autometrics_entered = ::autometrics::__private0::enter::<
                    false,
                >(SITE, ::autometrics::__private0::Verdict::OK);
                {
                    use std::ops::Index;
                    items.first()
                }
            }
        "#]],
    );
}

#[test]
fn function_that_may_return_a_result() {
    check(
        "fn load(mut id: u8, name: &str) -> Res<'_> { id += 1; read(id, name)? }",
        expect![[r#"
            fn load(id: u8, name: &str) -> Res<'_> {
                let __autometrics_entered = ::autometrics::__private0::enter_classified::<
                    false,
                >(SITE);
                #[allow(clippy::result_large_err)]
                let __autometrics_returned = ::autometrics::__private0::as_fn_once(move || -> Res<
                    '_,
                > {
                    #[allow(clippy::shadow_same)]
                    let mut id = id;
                    id += 1;
                    read(id, name)?
                })();
                ::autometrics::__private0::Entered::set_verdict(&__autometrics_entered, CLASSIFIED);
                return __autometrics_returned;
            }
        "#]],
    );
}

#[test]
fn function_that_borrows_from_an_owned_parameter() {
    check(
        "fn first(self) -> Res<&'a u8> { self.items.first().ok_or(Empty) }",
        expect![[r#"
            fn first(self) -> Res<&'a u8> {
                let __autometrics_entered = ::autometrics::__private0::enter_classified::<
                    false,
                >(SITE);
                #[allow(clippy::result_large_err)]
                let __autometrics_returned = ::autometrics::__private0::as_fn_once(move || -> Res<
                    &'_ u8,
                > {
                    let _ = &self;
                    self.items.first().ok_or(Empty)
                })();
                ::autometrics::__private0::Entered::set_verdict(&__autometrics_entered, CLASSIFIED);
                return __autometrics_returned;
            }
        "#]],
    );
}

#[test]
fn function_with_track_caller() {
    check(
        "#[track_caller] fn load(id: u8) -> Res { if id == 0 { return Err(no()); } read(id)? }",
        expect![[r#"
            #[track_caller]
            fn load(id: u8) -> Res {
                let __autometrics_entered = ::autometrics::__private0::enter::<
                    false,
                >(SITE, ::autometrics::__private0::Verdict::ERROR);
                if id == 0 {
                    return ::autometrics::__private0::Entered::classify(
                        &__autometrics_entered,
                        Err(no()),
                        |__autometrics_returned| CLASSIFIED,
                    );
                }
                return ::autometrics::__private0::Entered::classify(
                    &__autometrics_entered,
                    read(id)?,
                    |__autometrics_returned| CLASSIFIED,
                );
            }
        "#]],
    );
}

#[test]
fn async_function() {
    check(
        "async fn load(id: u8) -> Res { read(id).await? }",
        expect![[r#"
            async fn load(id: u8) -> Res {
                return ::autometrics::__private0::defer(
                        ::autometrics::__private0::call_of::<
                            false,
                            Res,
                            _,
                        >(SITE, |__autometrics_returned| CLASSIFIED),
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
                                    let __autometrics_value: Res = loop {};
                                    return __autometrics_value;
                                }
                                read(id).await?
                            };
                        },
                    )
                    .await;
            }
        "#]],
    );
}

#[test]
fn async_function_that_never_suspends() {
    check(
        "async fn load(id: u8) -> Res { read(id)? }",
        expect![[r#"
            async fn load(id: u8) -> Res {
                let __autometrics_entered = ::autometrics::__private0::enter_classified::<
                    false,
                >(SITE);
                #[allow(clippy::result_large_err)]
                let __autometrics_returned = ::autometrics::__private0::as_fn_once(|| -> Res {
                    read(id)?
                })();
                ::autometrics::__private0::Entered::set_verdict(&__autometrics_entered, CLASSIFIED);
                return __autometrics_returned;
            }
        "#]],
    );
}

#[test]
fn async_function_that_never_returns() {
    check(
        "async fn serve() -> ! { loop { accept().await; } }",
        expect![[r#"
            async fn serve() -> ! {
                match ::autometrics::__private0::instrument(
                        ::autometrics::__private0::call_of::<
                            false,
                            _,
                            _,
                        >(SITE, ::autometrics::__private0::always_ok),
                        async move {
                            #[allow(unreachable_code, clippy::diverging_sub_expression)]
                            {
                                let __autometrics_never: ::core::convert::Infallible = {
                                    loop {
                                        accept().await;
                                    }
                                };
                                __autometrics_never
                            }
                        },
                    )
                    .await
                {}
            }
        "#]],
    );
}

#[test]
fn function_that_returns_a_future() {
    check(
        "fn load(id: u8) -> impl Future<Output = Res> { prepare(id); client().get(id) }",
        expect![[r#"
            fn load(id: u8) -> impl Future<Output = Res> {
                prepare(id);
                ::autometrics::__private0::instrument(
                    ::autometrics::__private0::call_of::<
                        false,
                        Res,
                        _,
                    >(SITE, |__autometrics_returned| CLASSIFIED),
                    client().get(id),
                )
            }
        "#]],
    );
}

#[test]
fn function_that_returns_futures_early() {
    check(
        "fn load(id: u8) -> Pin<Box<dyn Future<Output = Res>>> { \
         if id == 0 { return Box::pin(ready(no())); } Box::pin(read(id)) }",
        expect![[r#"
            fn load(id: u8) -> Pin<Box<dyn Future<Output = Res>>> {
                return ::autometrics::__private0::map_same_type(
                    ::autometrics::__private0::as_fn_once(move || -> Pin<
                        Box<dyn Future<Output = Res>>,
                    > {
                        if id == 0 {
                            return Box::pin(ready(no()));
                        }
                        Box::pin(read(id))
                    })(),
                    |__autometrics_future| ::autometrics::__private0::Box::pin(
                        ::autometrics::__private0::instrument(
                            ::autometrics::__private0::call_of::<
                                false,
                                Res,
                                _,
                            >(SITE, |__autometrics_returned| CLASSIFIED),
                            __autometrics_future,
                        ),
                    ),
                );
            }
        "#]],
    );
}

#[test]
fn function_that_async_trait_writes() {
    check(
        "fn load<'a>(&'a self) -> ::core::pin::Pin<Box<dyn ::core::future::Future<Output = Res> \
         + ::core::marker::Send + 'a>> where Self: 'a { \
         Box::pin(async move { let __self = self; let __ret: Res = { __self.read().await }; __ret }) }",
        expect![[r#"
            fn load<'a>(
                &'a self,
            ) -> ::core::pin::Pin<
                Box<dyn ::core::future::Future<Output = Res> + ::core::marker::Send + 'a>,
            >
            where
                Self: 'a,
            {
                Box::pin(async move {
                    return ::autometrics::__private0::defer(
                            ::autometrics::__private0::call_of::<
                                false,
                                Res,
                                _,
                            >(SITE, |__autometrics_returned| CLASSIFIED),
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
                                        let __autometrics_value: Res = loop {};
                                        return __autometrics_value;
                                    }
                                    let __self = self;
                                    let __ret: Res = { __self.read().await };
                                    __ret
                                };
                            },
                        )
                        .await;
                })
            }
        "#]],
    );
}
