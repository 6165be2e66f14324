//! The caller, carried to where its thread does not: tasks, threads, pools.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;

use crate::{RefusedCaller, RemoteCaller, cells::NO_CALLER, events, registry, thread};

/// The innermost instrumented call around some point of the program, to be the
/// caller of calls elsewhere.
///
/// What runs on another thread or in a spawned task has no caller, as nothing
/// tells it who asked for it. This does. For a single future or closure
/// [`InCurrentCall`] and [`RunInCurrentCall`] are shorter; here it is for a
/// closure that runs many times:
///
/// ```
/// use autometrics_core::CurrentCall;
///
/// let current = CurrentCall::get();
/// let shout = |word: &str| current.run(|| word.to_uppercase());
/// let words = std::thread::scope(|scope| {
///     ["a", "b"].map(|word| scope.spawn(move || shout(word))).map(|thread| thread.join())
/// });
/// # assert_eq!(words.map(Result::unwrap), ["A", "B"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use = "it does nothing until something runs in it"]
pub struct CurrentCall(u32);

impl CurrentCall {
    /// The innermost instrumented call around this line; there may be none.
    pub fn get() -> Self {
        Self(thread::caller())
    }

    /// Runs `work` with this as its caller, on whichever thread, also after the
    /// call itself has ended.
    pub fn run<R>(self, work: impl FnOnce() -> R) -> R {
        let _around = self.enter();
        work()
    }

    fn enter(self) -> Around {
        Around {
            caller: thread::swap_caller(self.0),
            // The watched calls around this line are not around that call.
            floor: events::swap_floor(),
        }
    }

    /// The function or remote caller with this id.
    pub(crate) fn of(id: u32) -> Self {
        Self(id)
    }

    /// A call in another program, as it tells of itself, to be the caller of what is
    /// called here on its behalf.
    ///
    /// ```
    /// use autometrics_core::{CurrentCall, RemoteCaller};
    ///
    /// let caller = RemoteCaller::new("web", "web::basket", "Basket::pay")?;
    /// CurrentCall::remote(&caller)?.run(|| {
    ///     // … calls here have that caller
    /// });
    /// # Ok::<(), autometrics_core::RefusedCaller>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When there are 1,000 others already. What comes from outside must not fill the memory.
    pub fn remote(caller: &RemoteCaller) -> Result<Self, RefusedCaller> {
        registry::get().remotes.id(caller).map(Self)
    }

    /// Which function it is; `None` where there is no call or it is in another program.
    pub fn function(self) -> Option<CalledFunction> {
        let about = registry::get().function(self.0)?;
        Some(CalledFunction {
            module: about.module,
            name: about.function,
        })
    }

    /// Polls `future` with this as its caller.
    pub fn around<F: Future>(self, future: F) -> CalledFrom<F> {
        CalledFrom { future, call: self }
    }

    /// Whether there is one.
    pub fn is_some(self) -> bool {
        self.0 != NO_CALLER
    }
}

/// A function that is being called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct CalledFunction {
    /// Its module, as `module_path!()` has it.
    pub module: &'static str,
    /// `name` or `Type::name`.
    pub name: &'static str,
}

/// The function's module and name, as `shop::cart::Cart::add`; of a call in another
/// program also its name, as `web: web::basket::Basket::pay`; nothing where there is no call.
impl fmt::Display for CurrentCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(CalledFunction { module, name }) = self.function() {
            return write!(f, "{module}::{name}");
        }
        match registry::get().remotes.get(self.0) {
            Some(caller) => caller.fmt(f),
            None => Ok(()),
        }
    }
}

/// The innermost call, if there is one.
pub fn caller() -> Option<CurrentCall> {
    Some(CurrentCall::get()).filter(|call| call.is_some())
}

/// Puts back the innermost call of the thread, also when the stack unwinds.
struct Around {
    caller: u32,
    floor: usize,
}

impl Drop for Around {
    fn drop(&mut self) {
        thread::set_caller(self.caller);
        events::restore_floor(self.floor);
    }
}

/// Futures that keep their caller when they are spawned.
///
/// ```
/// use autometrics_core::InCurrentCall as _;
///
/// async fn send_receipt() {}
///
/// # async fn example() {
/// tokio::spawn(send_receipt().in_current_call());
/// # }
/// ```
pub trait InCurrentCall: Future + Sized {
    /// The same future, whose calls have the innermost instrumented call around
    /// this line as their caller, wherever it is polled.
    fn in_current_call(self) -> CalledFrom<Self> {
        CalledFrom {
            future: self,
            call: CurrentCall::get(),
        }
    }
}

impl<F: Future> InCurrentCall for F {}

pin_project! {
    /// A future with a caller; made by [`InCurrentCall`].
    #[derive(Clone, Debug)]
    #[must_use = "futures do nothing unless polled"]
    pub struct CalledFrom<F> {
        #[pin]
        future: F,
        call: CurrentCall,
    }
}

impl<F: Future> Future for CalledFrom<F> {
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _around = this.call.enter();
        this.future.poll(context)
    }
}

/// Closures that keep their caller when another thread runs them.
///
/// ```
/// use autometrics_core::RunInCurrentCall as _;
///
/// let thread = std::thread::spawn((|| 6 * 7).in_current_call());
/// # assert_eq!(thread.join().unwrap(), 42);
/// ```
pub trait RunInCurrentCall<R>: FnOnce() -> R + Sized {
    /// The same closure, whose calls have the innermost instrumented call around
    /// this line as their caller, whichever thread runs it.
    fn in_current_call(self) -> impl FnOnce() -> R;
}

impl<R, F: FnOnce() -> R> RunInCurrentCall<R> for F {
    fn in_current_call(self) -> impl FnOnce() -> R {
        let call = CurrentCall::get();
        move || call.run(self)
    }
}
