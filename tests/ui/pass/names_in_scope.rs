//! Items, types and traits in scope change nothing of what an expansion means.
//!
//! Crates such as diesel bring unit structs with lower-case names into scope (`dsl::*`).
#![deny(warnings)]
#![allow(
    non_camel_case_types,
    non_upper_case_globals,
    dead_code,
    unused_imports,
    clippy::upper_case_acronyms,
    reason = "the names are the point"
)]

/// Unit structs and constants with names that locals have elsewhere.
mod dsl {
    macro_rules! structs {
        ($($name:ident)*) => { $(pub struct $name;)* };
    }
    structs! {
        autometrics call callsite captured caller entered error event failure field field_0
        future in_span index inner it kind kinds label labels never ok output result returned
        shown site text value verdict
    }

    macro_rules! constants {
        ($($name:ident)*) => { $(pub const $name: u8 = 1;)* };
    }
    constants! { body outcome guard local objective objectives record state poll context }

    // Names that std's prelude and the language have.
    structs! { Some None Ok Err Option Result Vec String Box Default Drop Fn FnOnce str }

    pub mod core {}
    pub mod std {}
    pub mod alloc {}
}

/// Methods for all types, by value and by reference, where ours might be called.
mod hostile {
    macro_rules! methods {
        ($by_value:ident $by_reference:ident $($name:ident)*) => {
            pub trait $by_value: Sized { $(fn $name(self) -> super::Nothing { super::Nothing })* }
            impl<T> $by_value for T {}
        };
    }
    macro_rules! methods_by_reference {
        ($by_reference:ident $($name:ident)*) => {
            pub trait $by_reference { $(fn $name(&self) -> super::Nothing { super::Nothing })* }
            impl<T: ?Sized> $by_reference for T {}
        };
    }
    methods! {
        ByValue _Unused
        split say or get len map enter set_verdict classify untimed tell when display debug put slower_than
        with_events begin add new chain field result error name sentence as_deref then_some
        poll instrument
    }
    methods_by_reference! {
        ByReference
        split2 __split say_it get_it
    }
}

mod hostile_by_reference {
    pub trait Methods {
        fn split(&self) {}
        fn say(&self) {}
        fn tell(&self) {}
        fn when(&self) {}
        fn get(&self) {}
        fn set_verdict(&self) {}
        fn classify(&self) {}
        fn put(&self) {}
        fn or(&self) {}
        fn enter(&self) {}
        fn display(&self) {}
        fn debug(&self) {}
        fn speaks(&self) {}
    }
    impl<T: ?Sized> Methods for T {}
}

struct Nothing;

macro_rules! functions {
    () => {
        use ::std::{future::Future, pin::Pin};

        use ::autometrics::{ResultLabels, instrument_fn};

        type Res<T> = ::core::result::Result<T, Failed>;

        #[derive(Debug, ResultLabels)]
        pub enum Failed {
            #[label(error = "not_found")]
            NotFound { code: u16 },
            #[label(transparent)]
            Inside(Inside),
            Other,
        }

        #[derive(Debug, ResultLabels)]
        #[label(error = "inside")]
        pub struct Inside;

        impl ::core::fmt::Display for Failed {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.write_str("failed")
            }
        }

        #[instrument_fn]
        pub fn whole(id: u64) -> u64 {
            id
        }

        #[instrument_fn(track_concurrency)]
        pub fn closure(id: u64) -> Res<u64> {
            if id == 0 { Res::Err(Failed::Other) } else { Res::Ok(id) }
        }

        #[instrument_fn(error_if = |id: &u64| *id > 3)]
        pub fn tested(id: u64) -> u64 {
            id
        }

        #[instrument_fn]
        #[track_caller]
        pub fn exits(mut id: u64) -> Res<u64> {
            if id == 0 {
                return Res::Err(Failed::NotFound { code: 404 });
            }
            id += 1;
            Res::Ok(id)
        }

        #[instrument_fn]
        pub async fn later(mut id: u64) -> Res<u64> {
            id += whole(id);
            ::core::future::ready(Res::Ok(id)).await
        }

        #[instrument_fn]
        pub async fn never_returns() -> ! {
            loop {
                ::core::future::pending::<()>().await
            }
        }

        #[instrument_fn]
        pub fn opaque(id: u64) -> impl Future<Output = Res<u64>> {
            later(id)
        }

        #[instrument_fn]
        pub fn boxed(id: u64) -> Pin<::std::boxed::Box<dyn Future<Output = Res<u64>>>> {
            let other = id;
            ::std::boxed::Box::pin(async move { later(other).await })
        }

        #[instrument_fn]
        pub fn boxed_early(id: u64) -> Pin<::std::boxed::Box<dyn Future<Output = Res<u64>>>> {
            if id == 0 {
                return ::std::boxed::Box::pin(later(1));
            }
            ::std::boxed::Box::pin(opaque(2))
        }

        #[instrument_fn(events(fields(id, ?name), slower_than = "1s"))]
        pub fn kept(id: u64, name: &'static ::core::primitive::str) -> Res<u64> {
            closure(id)
        }

        #[instrument_fn(events)]
        #[track_caller]
        pub fn kept_exits(id: u64) -> Res<u64> {
            return closure(id);
        }

        #[instrument_fn(events(fields(%id)))]
        pub async fn kept_later(id: u64) -> Res<u64> {
            later(id).await
        }
    };
}

/// All of them in scope by name.
mod named {
    use crate::{dsl::*, hostile::ByValue as _, hostile::ByReference as _};
    functions!();
}

mod by_reference {
    use crate::{dsl::*, hostile_by_reference::Methods as _};
    functions!();
}

fn run<T>(future: impl std::future::Future<Output = T>) -> T {
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    match std::pin::pin!(future).as_mut().poll(&mut context) {
        std::task::Poll::Ready(value) => value,
        std::task::Poll::Pending => panic!("it waits for nothing"),
    }
}

macro_rules! call {
    ($module:ident) => {
        assert_eq!($module::whole(1), 1);
        assert!($module::closure(0).is_err());
        assert_eq!($module::tested(4), 4);
        assert!($module::exits(0).is_err());
        assert!(run($module::later(1)).is_ok());
        assert!(run($module::boxed(1)).is_ok());
        assert!(run($module::boxed_early(0)).is_ok());
        assert!($module::kept(0, "a").is_err());
        assert!($module::kept_exits(0).is_err());
        assert!(run($module::kept_later(0)).is_ok());
        let ended = |name: &str, result: &str| -> u64 {
            let snapshot = autometrics::snapshot();
            let at = snapshot.functions.iter().position(|function| {
                function.name == name && function.module.ends_with(stringify!($module))
            });
            let at = at.expect("it is instrumented");
            let edges = snapshot.edges.iter().filter(|edge| edge.function == at);
            edges
                .filter(|edge| edge.outcome.error().unwrap_or(edge.outcome.result()) == result)
                .map(|edge| edge.latency.count())
                .sum()
        };
        assert_eq!(ended("closure", "error"), 3);
        assert_eq!(ended("exits", "not_found"), 1);
        assert_eq!(ended("tested", "error"), 1);
        assert_eq!(ended("kept", "error"), 1);
        assert_eq!(ended("later", "ok"), 4);
        let kept = autometrics::recent_events();
        assert!(kept.iter().any(|event| event.function == "kept"
            && event.error.as_deref() == Some("failed")
            && event.field("name") == Some("\"a\"")));
    };
}

fn main() {
    call!(named);
    call!(by_reference);
}
