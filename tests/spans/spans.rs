//! Spans and events that a subscriber receives from functions with `span`.

use std::{
    cell::Cell,
    fmt::{self, Write as _},
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex},
};

use autometrics::{Settings, TraceContext, instrument_fn, snapshot};
use expect_test::{Expect, expect};
use tracing::{
    Event, Level, Metadata, Subscriber,
    field::{Field, Visit},
    span::{Attributes, Id},
    subscriber::with_default,
};
use tracing_subscriber::{
    Layer, Registry,
    layer::{Context, SubscriberExt as _},
    registry::LookupSpan,
};

/// Logs spans and events, indented by the spans that they are in.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<String>>);

struct Fields<'a>(&'a mut String);

impl Visit for Fields<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let _ = write!(self.0, " {}={value:?}", field.name());
    }
}

impl Log {
    fn line<S: Subscriber + for<'a> LookupSpan<'a>>(
        &self,
        context: &Context<'_, S>,
        metadata: &Metadata<'_>,
        what: &str,
        record: impl FnOnce(&mut Fields<'_>),
    ) {
        let mut log = self.0.lock().unwrap();
        let depth = context
            .lookup_current()
            .map_or(0, |span| span.scope().count());
        let _ = write!(log, "{}{what}", "  ".repeat(depth));
        if *metadata.level() != Level::INFO {
            let _ = write!(log, " {}", metadata.level());
        }
        if metadata.target() != "spans" {
            let _ = write!(log, " in {}", metadata.target());
        }
        record(&mut Fields(&mut log));
        log.push('\n');
    }
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Log {
    fn on_new_span(&self, attributes: &Attributes<'_>, _: &Id, context: Context<'_, S>) {
        let metadata = attributes.metadata();
        self.line(&context, metadata, metadata.name(), |fields| {
            attributes.record(fields);
        });
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        self.line(&context, event.metadata(), "-", |fields| {
            event.record(fields);
        });
    }
}

#[track_caller]
fn check(work: impl FnOnce(), expected: &Expect) {
    let log = Log::default();
    with_default(Registry::default().with(log.clone()), work);
    expected.assert_eq(&log.0.lock().unwrap());
}

fn block_on<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap()
        .block_on(future)
}

#[instrument_fn(span)]
fn plain() {
    tracing::info!("in the body");
}

#[derive(Clone, Copy, Debug)]
struct Secret;

struct Cart {
    id: u64,
}

#[instrument_fn(span(level = "debug"))]
impl Cart {
    fn add(&self, price: u64) -> u64 {
        self.total(price, Secret)
    }

    #[instrument_fn(span(fields(cart = self.id, price, what = %"a total"), skip(secret), ret))]
    fn total(&self, price: u64, secret: Secret) -> u64 {
        let _ = secret;
        price * self.id
    }

    #[skip]
    fn skipped(&self) -> u64 {
        self.id
    }
}

#[derive(Debug)]
struct Declined(u8);

impl fmt::Display for Declined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "declined with {}", self.0)
    }
}

#[instrument_fn(span(name = "charge card", target = "payments", err, ret))]
fn charge(code: u8) -> Result<u8, Declined> {
    match code {
        0 => Ok(code),
        _ => Err(Declined(code))?,
    }
}

#[instrument_fn(span(level = Level::WARN, err(Debug, level = "info"), ret(Display, level = 1)))]
fn charge_again(code: u8) -> Result<u8, Declined> {
    charge(code)
}

#[instrument_fn(span(ret))]
fn whole(code: u8) -> Result<u8, Declined> {
    if code > 0 {
        Err(Declined(code))
    } else {
        Ok(code)
    }
}

#[track_caller]
#[instrument_fn(span(err))]
fn tracked(code: u8) -> Result<u8, Declined> {
    if code > 0 {
        return Err(Declined(code));
    }
    Ok(code)
}

#[instrument_fn(span(fields(name = %name), err))]
async fn waits(name: String, fails: bool) -> Result<(), String> {
    tracing::info!("before");
    tokio::task::yield_now().await;
    tracing::info!("after");
    if fails { Err(name) } else { Ok(()) }
}

#[instrument_fn(span(fields(name = %name)))]
#[expect(clippy::manual_async_fn, reason = "by hand is what it is about")]
fn returns_future(name: String) -> impl Future<Output = usize> {
    async move {
        tokio::task::yield_now().await;
        name.len()
    }
}

#[instrument_fn(span(fields(name)))]
fn returns_box(name: &str) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
    if name.is_empty() {
        return Box::pin(std::future::ready(()));
    }
    Box::pin(async move {
        tracing::info!(name);
    })
}

#[test]
fn span_has_the_name_of_the_function_and_its_caller() {
    check(
        || {
            plain();
            Cart { id: 7 }.add(6);
            Cart { id: 7 }.skipped();
        },
        &expect![[r"
            plain
              - message=in the body
            Cart::add DEBUG
              Cart::total caller=spans::Cart::add cart=7 price=6 what=a total
                - return=42
        "]],
    );
}

#[test]
fn returned_values_are_recorded_as_tracing_does() {
    check(
        || {
            let _ = (charge(0), charge(51), charge_again(0), charge_again(5));
            let _ = (whole(0), whole(1), tracked(0), tracked(2));
        },
        &expect![[r"
            charge card in payments
              - in payments return=0
            charge card in payments
              - ERROR in payments error=declined with 51
            charge_again WARN
              charge card in payments caller=spans::charge_again
                - in payments return=0
              - TRACE return=0
            charge_again WARN
              charge card in payments caller=spans::charge_again
                - ERROR in payments error=declined with 5
              - error=Declined(5)
            whole
              - return=Ok(0)
            whole
              - return=Err(Declined(1))
            tracked
            tracked
              - ERROR error=declined with 2
        "]],
    );
}

#[test]
fn future_is_in_its_span_at_each_poll() {
    check(
        || {
            block_on(async {
                let (first, second) =
                    tokio::join!(waits("first".into(), false), waits("second".into(), true));
                assert!(first.is_ok() && second.is_err());
                assert_eq!(returns_future("third".into()).await, 5);
                returns_box("").await;
                returns_box("fourth").await;
            });
        },
        &expect![[r#"
            waits name=first
              - message=before
            waits name=second
              - message=before
              - message=after
              - ERROR error=second
              - message=after
            returns_future name=third
            returns_box name=""
            returns_box name="fourth"
              - name="fourth"
        "#]],
    );
}

thread_local! {
    /// Id of the current span of the thread, as a tracing library keeps it.
    static INSIDE: Cell<u64> = const { Cell::new(0) };
}

/// Records the current span of each thread.
struct Inside;

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Inside {
    fn on_enter(&self, id: &Id, _: Context<'_, S>) {
        INSIDE.set(id.into_u64());
    }

    fn on_exit(&self, _: &Id, context: Context<'_, S>) {
        INSIDE.set(
            context
                .lookup_current()
                .map_or(0, |span| span.id().into_u64()),
        );
    }
}

#[instrument_fn(span)]
fn spanned() -> u64 {
    INSIDE.get()
}

#[instrument_fn(span)]
async fn spanned_async() -> Result<u64, ()> {
    tokio::task::yield_now().await;
    Ok(INSIDE.get())
}

#[test]
fn exemplars_have_the_span_of_the_call_itself() {
    let source = || Some(TraceContext::new(1, INSIDE.get(), true));
    Settings::new().trace_source(source).apply().unwrap();
    let inside = with_default(Registry::default().with(Inside), || {
        [
            ("spanned", spanned()),
            ("spanned_async", block_on(spanned_async()).unwrap()),
        ]
    });
    let snapshot = snapshot();
    for (name, id) in inside {
        assert_ne!(id, 0);
        let of_it = snapshot
            .exemplars
            .iter()
            .find(|exemplar| snapshot.functions[exemplar.function].name == name);
        assert_eq!(
            of_it.map(|exemplar| exemplar.trace.span_id),
            Some(id),
            "{name}"
        );
    }
}
