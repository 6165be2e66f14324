//! Carries the caller to other tasks, threads and thread pools.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use pin_project_lite::pin_project;

use crate::{
    RefusedCaller, RemoteCaller,
    cells::{NO_CALLER, NO_FLOW, ONLY_FLOW, Scope},
    events, registry, thread,
};

/// The innermost instrumented call at some point of the program, as the caller of calls elsewhere.
///
/// Code on another thread or in a spawned task has no caller by itself. `CurrentCall` carries the
/// caller there. For a single future or closure, [`InCurrentCall`] and [`RunInCurrentCall`] are
/// shorter. This example is a closure that runs many times:
///
/// ```
/// use autometrics::CurrentCall;
///
/// let current = CurrentCall::get();
/// let shout = |word: &str| current.run(|| word.to_uppercase());
/// let words = std::thread::scope(|scope| {
///     ["a", "b"].map(|word| scope.spawn(move || shout(word))).map(|thread| thread.join())
/// });
/// # assert_eq!(words.map(Result::unwrap), ["A", "B"]);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[must_use = "a `CurrentCall` has no effect until code runs in it"]
pub struct CurrentCall(Scope);

impl CurrentCall {
    /// Returns the innermost instrumented call around this line, or a value without a call; see
    /// [`is_some`](Self::is_some).
    pub fn get() -> Self {
        Self(thread::scope())
    }

    /// Runs `work` with this call as the caller of instrumented functions in it. Works on every
    /// thread, also after the call itself has ended.
    pub fn run<R>(self, work: impl FnOnce() -> R) -> R {
        let _restore = self.enter();
        work()
    }

    fn enter(self) -> RestoreCaller {
        RestoreCaller {
            scope: thread::swap_scope(self.0),
            // The chain of calls with events belongs to this thread, not to the carried caller.
            floor: events::swap_floor(),
        }
    }

    /// Returns the call of the function or remote caller with this id.
    pub(crate) fn of(id: u32) -> Self {
        Self(Scope::new(id, NO_FLOW))
    }

    /// Returns a call in another program, as the caller of instrumented functions that run on its
    /// behalf.
    ///
    /// ```
    /// use autometrics::{CurrentCall, RemoteCaller};
    ///
    /// let caller = RemoteCaller::new("web", "web::basket", "Basket::pay")?;
    /// CurrentCall::remote(&caller)?.run(|| {
    ///     // … calls here have that caller
    /// });
    /// # Ok::<(), autometrics::RefusedCaller>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error if the process already knows 1,000 other remote callers, as input from
    /// outside must not exhaust memory, or if the lock of their list is held for over a second.
    pub fn remote(caller: &RemoteCaller) -> Result<Self, RefusedCaller> {
        registry::get().remote_callers.id(caller).map(Self::of)
    }

    /// Returns the called function; `None` if there is no call or it is in another program.
    pub fn function(self) -> Option<CalledFunction> {
        let info = registry::get().function(self.0.caller())?;
        Some(CalledFunction {
            module: info.module,
            name: info.function,
        })
    }

    /// Returns this call in the flow `name`, such as the route of a request: code that runs in it is
    /// counted under that flow.
    ///
    /// Without a name, the outermost instrumented call is the flow. Names are limited: use
    /// `GET /orders/{id}`, and not the path of each request. Flows beyond
    /// [`Settings::flows`](crate::Settings::flows) are counted as `__overflow__`. The name is cut to
    /// 256 bytes. Returns the call unchanged if the program does not count flows, or if the name is
    /// empty.
    ///
    /// ```
    /// use autometrics::CurrentCall;
    ///
    /// CurrentCall::get().in_flow("job nightly").run(|| {
    ///     // … calls here belong to that flow
    /// });
    /// ```
    pub fn in_flow(self, name: &str) -> Self {
        match registry::get().flows.named(name) {
            Some(flow) => Self(self.0.in_flow(flow)),
            None => self,
        }
    }

    /// Returns the name of the flow: the name from [`in_flow`](Self::in_flow), or module and name of
    /// the outermost instrumented function. `None` outside of all flows, and if the program does not
    /// count flows.
    pub fn flow(self) -> Option<String> {
        Self::flow_of(self.0.flow())
    }

    /// Returns `true` if code that runs in this call belongs to a flow. Unlike [`flow`](Self::flow), it
    /// formats no name.
    pub fn has_flow(self) -> bool {
        self.0.flow() != NO_FLOW
    }

    /// Returns the name of the flow with this number.
    pub(crate) fn flow_of(flow: u8) -> Option<String> {
        let name = registry::get().flows.name(flow)?;
        Some(name.format(|id| Some(Self::of(id).to_string())))
    }

    /// Wraps `future` so that it is polled with this call as its caller.
    pub fn around<F: Future>(self, future: F) -> CalledFrom<F> {
        CalledFrom { future, call: self }
    }

    /// Returns `true` if there is a call.
    pub fn is_some(self) -> bool {
        !matches!(self.0.caller(), NO_CALLER | ONLY_FLOW)
    }
}

impl RefusedCaller {
    /// Adds one to [`Snapshot::refused_callers`](crate::Snapshot::refused_callers).
    pub fn count(&self) {
        registry::get().remote_callers.count_refused();
    }
}

/// An instrumented function that is being called.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub struct CalledFunction {
    /// Module of the function: `module_path!()`.
    pub module: &'static str,
    /// Name of the function: `name` or `Type::name`.
    pub name: &'static str,
}

/// Formats module and name of the function, such as `shop::cart::Cart::add`, and for a call in
/// another program its service, too, such as `web: web::basket::Basket::pay`; formats nothing if
/// there is no call.
impl fmt::Display for CurrentCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(CalledFunction { module, name }) = self.function() {
            return write!(f, "{module}::{name}");
        }
        match registry::get().remote_callers.get(self.0.caller()) {
            Some(caller) => caller.fmt(f),
            None => Ok(()),
        }
    }
}

/// Returns the innermost call; `None` if there is none.
pub fn caller() -> Option<CurrentCall> {
    Some(CurrentCall::get()).filter(|call| call.is_some())
}

/// Restores the innermost call of the thread when dropped, also if the stack unwinds.
struct RestoreCaller {
    scope: Scope,
    floor: usize,
}

impl Drop for RestoreCaller {
    fn drop(&mut self) {
        thread::set_scope(self.scope);
        events::restore_floor(self.floor);
    }
}

/// Extension of futures that keeps their caller when they are spawned.
///
/// ```
/// use autometrics::InCurrentCall as _;
///
/// async fn send_receipt() {}
///
/// # async fn example() {
/// tokio::spawn(send_receipt().in_current_call());
/// # }
/// ```
pub trait InCurrentCall: Future + Sized {
    /// Wraps the future so that calls in it have the innermost instrumented call around this line
    /// as their caller, wherever it is polled.
    fn in_current_call(self) -> CalledFrom<Self> {
        CalledFrom {
            future: self,
            call: CurrentCall::get(),
        }
    }
}

impl<F: Future> InCurrentCall for F {}

pin_project! {
    /// A future with a caller, created by [`InCurrentCall`] or [`CurrentCall::around`].
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
        let _restore = this.call.enter();
        this.future.poll(context)
    }
}

/// Extension of closures that keeps their caller when another thread runs them.
///
/// ```
/// use autometrics::RunInCurrentCall as _;
///
/// let thread = std::thread::spawn((|| 6 * 7).in_current_call());
/// # assert_eq!(thread.join().unwrap(), 42);
/// ```
pub trait RunInCurrentCall<R>: FnOnce() -> R + Sized {
    /// Wraps the closure so that calls in it have the innermost instrumented call around this line
    /// as their caller, on whichever thread it runs.
    fn in_current_call(self) -> impl FnOnce() -> R;
}

impl<R, F: FnOnce() -> R> RunInCurrentCall<R> for F {
    fn in_current_call(self) -> impl FnOnce() -> R {
        let call = CurrentCall::get();
        move || call.run(self)
    }
}
