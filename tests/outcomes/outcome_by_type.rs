//! Outcome of a call by the type of its returned value: a row for each type, alone and combined.

#[path = "../support/mod.rs"]
mod support;

use std::{
    convert::Infallible, fmt::Display, future::Future, ops::ControlFlow, pin::pin, rc::Rc,
    sync::Arc, task::Context, task::Poll, task::Waker,
};

use autometrics::{ErrorKind, ResultLabel, ResultLabels, instrument_fn};
use http::{Response, StatusCode, response::Parts};
use support::endings;

#[derive(Clone, Debug, ResultLabels)]
enum LoadError {
    #[label(error = "not_found")]
    NotFound,
    #[label(result = "ok")]
    Cancelled,
    #[label(result = "error")]
    Plain,
    #[label(transparent)]
    Store(StoreError),
    #[label(transparent)]
    Answered {
        status: StatusCode,
    },
    Unlabelled,
}

#[derive(Clone, Copy, Debug, ResultLabels)]
#[label(error = "store_failed")]
struct StoreError;

/// A type with `ResultLabels` by hand, and with a reference in it.
struct Borrowed<'a>(&'a str);

static EMPTY: ErrorKind = ErrorKind::new("empty");

impl ResultLabels for Borrowed<'_> {
    fn result_label(&self) -> Option<ResultLabel> {
        (self.0.is_empty()).then_some(ResultLabel::error(&EMPTY))
    }
}

type Aliased<T> = Result<T, LoadError>;

const fn status(code: u16) -> StatusCode {
    match StatusCode::from_u16(code) {
        Ok(status) => status,
        Err(_) => panic!("no status"),
    }
}

fn response(code: u16) -> Response<String> {
    let mut response = Response::new(String::new());
    *response.status_mut() = status(code);
    response
}

fn parts(code: u16) -> Parts {
    response(code).into_parts().0
}

/// Defines a function for each type that returns its argument, and a test of the outcomes.
macro_rules! verdicts {
    ($($name:ident: $type:ty { $($value:expr => $expected:literal),+ $(,)? })*) => {
        $(
            #[instrument_fn]
            fn $name(value: $type) -> $type {
                value
            }
        )*

        #[test]
        fn each_type_has_its_outcome() {
            $({
                let mut expected = Vec::new();
                $(
                    let _ = $name($value);
                    expected.push($expected);
                )+
                expected.sort_unstable();
                assert_eq!(endings(stringify!($name)), expected, "{}", stringify!($type));
            })*
        }
    };
}

verdicts! {
    // Types without labels.
    unit: () { () => "ok" }
    number: u8 { 1 => "ok" }
    option: Option<u8> { None => "ok", Some(1) => "ok" }
    slice: &'static [u8] { &[] => "ok" }
    boxed_slice: Box<[u8]> { Box::new([]) => "ok" }
    dynamic: Box<dyn Display> { Box::new(1) => "ok" }
    pair: (u8, StatusCode) { (1, status(500)) => "ok" }
    option_of_result: Option<Result<u8, LoadError>> { Some(Err(LoadError::NotFound)) => "ok" }
    vector_of_results: Vec<Result<(), ()>> { vec![Err(())] => "ok" }
    reference_to_result: &'static Result<(), ()> { &Err(()) => "ok" }

    // Results.
    result: Result<u8, String> { Ok(1) => "ok", Err(String::new()) => "error" }
    aliased: Aliased<()> { Ok(()) => "ok", Err(LoadError::NotFound) => "not_found" }
    io: std::io::Result<()> { Ok(()) => "ok", Err(std::io::ErrorKind::Other.into()) => "error" }
    formatted: std::fmt::Result { Ok(()) => "ok", Err(std::fmt::Error) => "error" }
    infallible: Result<u8, Infallible> { Ok(1) => "ok" }
    unsized_error: Result<&'static str, Box<dyn std::error::Error>> {
        Ok("") => "ok", Err("no".into()) => "error"
    }
    borrowed_errors: Result<&'static [u8], &'static dyn Display> {
        Ok(&[]) => "ok", Err(&1) => "error"
    }
    result_of_result: Result<Result<u8, LoadError>, LoadError> {
        Ok(Ok(1)) => "ok",
        Ok(Err(LoadError::NotFound)) => "ok",
        Err(LoadError::NotFound) => "not_found",
    }
    result_as_error: Result<(), Result<u8, LoadError>> {
        Err(Ok(1)) => "error", Err(Err(LoadError::NotFound)) => "error"
    }
    result_of_option: Result<Option<u8>, ()> { Ok(None) => "ok", Err(()) => "error" }

    // Types with labels.
    labelled: LoadError {
        LoadError::NotFound => "not_found",
        LoadError::Cancelled => "ok",
        LoadError::Plain => "error",
        LoadError::Store(StoreError) => "store_failed",
        LoadError::Answered { status: status(404) } => "ok",
        LoadError::Answered { status: status(503) } => "503",
        LoadError::Unlabelled => "ok",
    }
    failed: Result<u8, LoadError> {
        Ok(1) => "ok",
        Err(LoadError::NotFound) => "not_found",
        Err(LoadError::Cancelled) => "ok",
        Err(LoadError::Plain) => "error",
        Err(LoadError::Store(StoreError)) => "store_failed",
        Err(LoadError::Answered { status: status(404) }) => "ok",
        Err(LoadError::Answered { status: status(503) }) => "503",
        Err(LoadError::Unlabelled) => "error",
    }
    succeeded: Result<LoadError, ()> {
        Ok(LoadError::NotFound) => "not_found", Ok(LoadError::Unlabelled) => "ok", Err(()) => "error"
    }
    both: Result<LoadError, StoreError> {
        Ok(LoadError::Plain) => "error",
        Ok(LoadError::Unlabelled) => "ok",
        Err(StoreError) => "store_failed",
    }
    pointed_to: Result<Box<LoadError>, Arc<StoreError>> {
        Ok(Box::new(LoadError::NotFound)) => "not_found",
        Err(Arc::new(StoreError)) => "store_failed",
    }
    referred_to: Result<&'static LoadError, Rc<StoreError>> {
        Ok(&LoadError::NotFound) => "not_found", Err(Rc::new(StoreError)) => "store_failed"
    }
    by_hand: Result<(), Borrowed<'static>> {
        Err(Borrowed("")) => "empty", Err(Borrowed("full")) => "error"
    }
    option_of_labelled: Option<LoadError> { Some(LoadError::NotFound) => "ok" }

    // Types that `?` returns early.
    flow: ControlFlow<u8, u8> {
        ControlFlow::Continue(1) => "ok", ControlFlow::Break(1) => "error"
    }
    labelled_flow: ControlFlow<LoadError, StatusCode> {
        ControlFlow::Continue(status(200)) => "ok",
        ControlFlow::Continue(status(500)) => "500",
        ControlFlow::Break(LoadError::NotFound) => "not_found",
        ControlFlow::Break(LoadError::Cancelled) => "ok",
    }

    // `Poll`.
    polled: Poll<u8> { Poll::Pending => "ok", Poll::Ready(1) => "ok" }
    polled_option: Poll<Option<LoadError>> {
        Poll::Pending => "ok", Poll::Ready(Some(LoadError::NotFound)) => "ok"
    }
    polled_label: Poll<LoadError> {
        Poll::Pending => "ok", Poll::Ready(LoadError::NotFound) => "not_found"
    }
    polled_result: Poll<Result<Response<String>, LoadError>> {
        Poll::Pending => "ok",
        Poll::Ready(Ok(response(404))) => "ok",
        Poll::Ready(Ok(response(500))) => "500",
        Poll::Ready(Err(LoadError::NotFound)) => "not_found",
        Poll::Ready(Err(LoadError::Unlabelled)) => "error",
    }
    polled_item: Poll<Option<Result<StatusCode, LoadError>>> {
        Poll::Pending => "ok",
        Poll::Ready(None) => "ok",
        Poll::Ready(Some(Ok(status(200)))) => "ok",
        Poll::Ready(Some(Ok(status(502)))) => "502",
        Poll::Ready(Some(Err(LoadError::NotFound))) => "not_found",
    }
    polled_flow: Poll<ControlFlow<LoadError>> {
        Poll::Pending => "ok",
        Poll::Ready(ControlFlow::Continue(())) => "ok",
        Poll::Ready(ControlFlow::Break(LoadError::Plain)) => "error",
    }
    polled_poll: Poll<Poll<Result<(), ()>>> { Poll::Ready(Poll::Ready(Err(()))) => "ok" }

    // Types of HTTP.
    code: StatusCode {
        status(200) => "ok", status(302) => "ok", status(499) => "ok",
        status(500) => "500", status(599) => "599", status(600) => "ok",
    }
    answer: Response<String> { response(404) => "ok", response(500) => "500" }
    answer_or_code: Result<Response<String>, StatusCode> {
        Ok(response(200)) => "ok",
        Ok(response(500)) => "500",
        Err(status(404)) => "ok",
        Err(status(502)) => "502",
    }
    answer_or_error: Result<Response<Box<dyn Display>>, String> {
        Ok(Response::new(Box::new(1))) => "ok", Err(String::new()) => "error"
    }
    answer_or_kind: Result<Response<String>, LoadError> {
        Ok(response(500)) => "500", Err(LoadError::NotFound) => "not_found"
    }
    with_body: (StatusCode, &'static str) { (status(404), "") => "ok", (status(500), "") => "500" }
    with_headers: (StatusCode, [(&'static str, &'static str); 1], String) {
        (status(201), [("a", "b")], String::new()) => "ok",
        (status(500), [("a", "b")], String::new()) => "500",
    }
    with_parts: (Parts, &'static str) { (parts(200), "") => "ok", (parts(503), "") => "503" }
    result_of_tuples: Result<(StatusCode, u8), (StatusCode, String)> {
        Ok((status(201), 1)) => "ok",
        Err((status(422), String::new())) => "ok",
        Err((status(500), String::new())) => "500",
    }
}

#[instrument_fn]
fn hidden(code: u16) -> impl Display + ResultLabels {
    status(code)
}

/// A function like a handler of a web framework: its closure sees the type that the signature
/// hides.
#[instrument_fn]
#[expect(clippy::unused_async, reason = "it is what handlers often are")]
async fn hidden_later(code: u16) -> Result<impl Sized, impl Sized> {
    if code == 0 {
        return Err(LoadError::NotFound);
    }
    Ok((status(code), "body"))
}

#[instrument_fn]
fn generic_result<T, E>(result: Result<T, E>) -> Result<T, E> {
    result
}

#[instrument_fn]
fn bounded_error<T, E: ResultLabels>(result: Result<T, E>) -> Result<T, E> {
    result
}

#[instrument_fn]
fn bounded<T: ResultLabels>(value: T) -> T {
    value
}

struct Loader<'a>(&'a str);

#[instrument_fn]
impl<'a> Loader<'a> {
    fn load(&mut self, id: u8) -> Result<&'a str, Borrowed<'a>> {
        if id == 0 {
            Err(Borrowed(""))
        } else {
            Ok(self.0)
        }
    }
}

/// A number whose type the compiler chooses later.
#[instrument_fn]
fn impl_number() -> impl Display {
    1
}

fn run<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("it is ready at once"),
    }
}

#[test]
fn hidden_types_have_the_outcome_of_the_concrete_type() {
    for code in [200, 404, 500] {
        let _ = (hidden(code), run(hidden_later(code)));
    }
    let _ = (run(hidden_later(0)), impl_number());
    assert_eq!(endings("hidden"), ["500", "ok", "ok"]);
    assert_eq!(endings("hidden_later"), ["500", "not_found", "ok", "ok"]);
    assert_eq!(endings("impl_number"), ["ok"]);
}

#[test]
fn generic_types_have_the_outcome_of_their_bounds() {
    let _ = generic_result::<u8, _>(Err(LoadError::Cancelled));
    let _ = generic_result::<_, ()>(Ok(status(500)));
    assert_eq!(endings("generic_result"), ["error", "ok"]);
    let _ = bounded_error::<u8, _>(Err(LoadError::NotFound));
    let _ = bounded_error::<u8, _>(Err(LoadError::Cancelled));
    assert_eq!(endings("bounded_error"), ["not_found", "ok"]);
    let _ = bounded(status(500));
    let _ = bounded(&&LoadError::NotFound);
    assert_eq!(endings("bounded"), ["500", "not_found"]);
}

#[test]
fn borrowed_errors_have_their_outcome() {
    let mut loader = Loader("text");
    let _ = (loader.load(0), loader.load(1));
    assert_eq!(endings("Loader::load"), ["empty", "ok"]);
}
