//! The measured functions, the same for every library.

/// Defines the functions with the given attributes, and `candidates()`, which returns them as
/// candidates.
///
/// For libraries without an attribute, `around` names a macro that wraps a body. It is called with
/// `value FUNCTION { … }`, or with `result FUNCTION { … }` if the body is a `Result`.
///
/// No function is inlined, like the functions worth measuring in a real program. Each does next to
/// nothing, so that a figure is the cost of the instrumentation.
#[macro_export]
macro_rules! subjects {
    (
        $vis:vis $candidates:ident, $prefix:literal,
        plain: { $($plain:tt)* },
        objective: { $($objective:tt)* },
        concurrency: { $($concurrency:tt)* },
        method: { $($method:tt)* } $(,)?
    ) => {
        $crate::subjects! {
            $vis $candidates, $prefix,
            plain: { $($plain)* },
            objective: { $($objective)* },
            concurrency: { $($concurrency)* },
            method: { $($method)* },
            around: { $crate::as_it_is },
        }
    };

    (
        $vis:vis $candidates:ident, $prefix:literal,
        plain: { $($plain:tt)* },
        objective: { $($objective:tt)* },
        concurrency: { $($concurrency:tt)* },
        method: { $($method:tt)* },
        around: { $($around:tt)* } $(,)?
    ) => {
        $($plain)*
        #[inline(never)]
        fn unit() {
            $($around)*!(value unit {
                // Without it the compiler would remove the call of the uninstrumented function.
                ::std::hint::black_box(());
            })
        }

        $($plain)*
        #[inline(never)]
        fn number(x: u64) -> u64 {
            $($around)*!(value number {
                x ^ 1
            })
        }

        $($plain)*
        #[inline(never)]
        fn result(x: u64) -> Result<u64, ::std::fmt::Error> {
            $($around)*!(result result {
                if x == u64::MAX { Err(::std::fmt::Error) } else { Ok(x ^ 1) }
            })
        }

        $($objective)*
        #[inline(never)]
        fn objective(x: u64) -> Result<u64, ::std::fmt::Error> {
            $($around)*!(result objective {
                if x == u64::MAX { Err(::std::fmt::Error) } else { Ok(x ^ 1) }
            })
        }

        $($concurrency)*
        #[inline(never)]
        fn concurrency(x: u64) -> u64 {
            $($around)*!(value concurrency {
                x ^ 1
            })
        }

        $($plain)*
        #[inline(never)]
        fn outer(x: u64) -> u64 {
            $($around)*!(value outer {
                number(x) + 1
            })
        }

        $($plain)*
        #[inline(never)]
        fn third(x: u64) -> u64 {
            $($around)*!(value third {
                outer(x) + 1
            })
        }

        $($plain)*
        #[inline(never)]
        fn fourth(x: u64) -> u64 {
            $($around)*!(value fourth {
                third(x) + 1
            })
        }

        struct Account(u64);

        $($method)*
        impl Account {
            #[inline(never)]
            fn balance(&self, x: u64) -> u64 {
                self.0 ^ x
            }
        }

        $($plain)*
        async fn ready(x: u64) -> u64 {
            $($around)*!(value ready {
                x ^ 1
            })
        }

        $($plain)*
        async fn yields(x: u64) -> u64 {
            $($around)*!(value yields {
                $crate::yield_once().await;
                x ^ 1
            })
        }

        $($plain)*
        #[inline(never)]
        fn callee(x: u64) -> u64 {
            $($around)*!(value callee {
                x ^ 1
            })
        }

        /// Runs up to 63 turns, so that consecutive calls take different times.
        $($plain)*
        #[inline(never)]
        fn varied(x: u64) -> u64 {
            $($around)*!(value varied {
                let turns = x.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 58;
                (0..turns).fold(x, |x, turn| ::std::hint::black_box(x ^ turn))
            })
        }

        $crate::subjects!(@callers { $($plain)* } { $($around)* } one two three four five six seven eight);

        /// Returns the loops around the functions.
        $vis fn $candidates() -> ::std::vec::Vec<$crate::Candidate> {
            vec![
                $crate::candidate!(concat!($prefix, "unit"), 1, |_x| unit()),
                $crate::candidate!(concat!($prefix, "number"), 1, |x| number(x)),
                $crate::candidate!(concat!($prefix, "ok"), 1, |x| result(x)),
                $crate::candidate!(concat!($prefix, "err"), 1, |x| result(x | u64::MAX)),
                $crate::candidate!(concat!($prefix, "objective"), 1, |x| objective(x)),
                $crate::candidate!(concat!($prefix, "concurrency"), 1, |x| concurrency(x)),
                $crate::candidate!(concat!($prefix, "method"), 1, |x| Account(1).balance(x)),
                $crate::candidate!(concat!($prefix, "nested2"), 2, |x| outer(x)),
                $crate::candidate!(concat!($prefix, "nested4"), 4, |x| fourth(x)),
                $crate::candidate!(concat!($prefix, "callers2"), 4, |x| one(x) + two(x)),
                $crate::candidate!(concat!($prefix, "callers8"), 16, |x| {
                    one(x) + two(x) + three(x) + four(x) + five(x) + six(x) + seven(x) + eight(x)
                }),
                $crate::candidate!(concat!($prefix, "async"), 1, |x| $crate::block_on(ready(x))),
                $crate::candidate!(concat!($prefix, "varied"), 1, |x| varied(x)),
                $crate::candidate!(concat!($prefix, "yields"), 1, |x| $crate::block_on(yields(x))),
            ]
        }
    };

    (@callers $plain:tt $around:tt $($name:ident)*) => {
        $( $crate::subjects!(@caller $plain $around $name); )*
    };

    (@caller { $($plain:tt)* } { $($around:tt)* } $name:ident) => {
        $($plain)*
        #[inline(never)]
        fn $name(x: u64) -> u64 {
            $($around)*!(value $name {
                callee(x) & 0xff
            })
        }
    };
}

/// A loop around one expression. The compiler knows nothing of the expression's argument.
#[doc(hidden)]
#[macro_export]
macro_rules! candidate {
    ($name:expr, $calls:literal, |$x:ident| $call:expr) => {
        $crate::Candidate::new($name, $calls, |iterations| {
            for i in 0..iterations {
                let $x = ::std::hint::black_box(u64::from(i));
                let _ = ::std::hint::black_box($call);
            }
        })
    };
}

/// Expands to the body without a wrapper.
#[doc(hidden)]
#[macro_export]
macro_rules! as_it_is {
    ($kind:ident $function:ident $body:block) => {
        $body
    };
}

/// The functions without an attribute, for comparison with the others.
pub(crate) mod plain {
    crate::subjects!(
        pub(crate) candidates, "plain/",
        plain: {},
        objective: {},
        concurrency: {},
        method: {},
    );
}
