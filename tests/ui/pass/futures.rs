//! Functions that return futures, written by hand or by `async_trait`.
#![deny(warnings)]

use std::{
    fmt::Display,
    future::{Future, Ready, ready},
    pin::Pin,
    rc::Rc,
};

use async_trait::async_trait;
use autometrics::instrument_fn;

type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

#[instrument_fn]
fn opaque(n: u8) -> impl Future<Output = u8> {
    let next = n + 1;
    async move { next }
}

#[instrument_fn]
fn opaque_value(n: u8) -> impl Future<Output = u8> + Send {
    ready(n)
}

/// What the closure returns is only known by the signature.
#[instrument_fn]
fn opaque_inferred(n: u8) -> impl Future<Output = Result<u8, String>> {
    std::future::poll_fn(move |_| std::task::Poll::Ready(Ok(n.to_string().parse::<u8>().map_err(|_| "no")?)))
}

#[instrument_fn]
fn opaque_early(n: u8) -> impl Future<Output = Result<u8, String>> {
    if n == 0 {
        return ready(Err("zero".to_owned()));
    }
    ready(Ok(n))
}

#[instrument_fn]
fn borrowing(text: &str) -> impl Future<Output = usize> + '_ {
    async { text.len() }
}

#[instrument_fn]
fn boxed<'a>(text: &'a str) -> Pin<Box<dyn Future<Output = Result<u8, String>> + Send + 'a>> {
    Box::pin(async move {
        let n: u8 = text.parse().map_err(|_| "no number")?;
        Ok(ready(n).await)
    })
}

#[instrument_fn]
fn boxed_value(n: u8) -> Pin<Box<dyn Future<Output = u8>>> {
    let future = Box::pin(ready(n));
    future
}

#[instrument_fn]
fn boxed_early(n: u8) -> Pin<Box<dyn Future<Output = u8>>> {
    if n == 0 {
        return Box::pin(async { 1 });
    }
    Box::pin(ready(n))
}

#[instrument_fn]
fn named(n: u8) -> BoxFuture<'static, Result<u8, String>> {
    Box::pin(async move { n.checked_add(1).ok_or_else(|| "full".to_owned()) })
}

#[instrument_fn]
fn not_named_for_what_it_is(n: u8) -> MyFuture {
    MyFuture(n)
}

struct MyFuture(u8);

impl Future for MyFuture {
    type Output = u8;
    #[instrument_fn]
    fn poll(self: Pin<&mut Self>, _: &mut std::task::Context<'_>) -> std::task::Poll<u8> {
        std::task::Poll::Ready(self.0)
    }
}

#[instrument_fn]
fn concrete(n: u8) -> Ready<u8> {
    ready(n)
}

trait Service {
    type Future: Future<Output = Result<u8, String>>;
    fn call(&mut self, n: u8) -> Self::Future;
}

struct Adder(u8);

#[instrument_fn]
impl Service for Adder {
    type Future = Pin<Box<dyn Future<Output = Result<u8, String>>>>;
    fn call(&mut self, n: u8) -> Self::Future {
        let own = self.0;
        Box::pin(async move { own.checked_add(n).ok_or("full".into()) })
    }
}

#[async_trait]
trait Above {
    async fn sum(&self, more: &[u8]) -> Result<u8, String>;
    async fn provided(&mut self, mut n: u8) -> u8 {
        n += 1;
        ready(n).await
    }
    async fn generic<T: Display + Send>(&self, value: T) -> String
    where
        Self: Sync,
    {
        value.to_string()
    }
}

#[async_trait]
#[instrument_fn]
impl Above for Adder {
    async fn sum(&self, more: &[u8]) -> Result<u8, String> {
        let mut sum = self.0;
        for n in more {
            sum = sum.checked_add(ready(*n).await).ok_or("full")?;
        }
        Ok(sum)
    }
}

struct Subtracter(u8);

#[instrument_fn]
#[async_trait]
impl Above for Subtracter {
    async fn sum(&self, more: &[u8]) -> Result<u8, String> {
        Ok(self.0 - ready(more[0]).await)
    }
}

struct Methods<T>(T);

#[async_trait(?Send)]
trait Local {
    async fn wait(&self) -> Rc<u8>;
    #[instrument_fn]
    async fn provided(&self) -> Result<Rc<u8>, String> {
        Ok(self.wait().await)
    }
}

#[async_trait(?Send)]
impl<T: Display> Local for Methods<T> {
    #[instrument_fn]
    async fn wait(&self) -> Rc<u8> {
        let number = Rc::new(self.0.to_string().len() as u8);
        ready(()).await;
        number
    }
}

trait Native {
    async fn required(&self) -> u8;
    #[instrument_fn]
    async fn provided(&self, text: &str) -> Result<usize, String> {
        Ok(text.len() + usize::from(self.required().await))
    }
    fn by_hand(&self) -> impl Future<Output = u8> + Send;
}

#[instrument_fn]
impl Native for Adder {
    async fn required(&self) -> u8 {
        self.0
    }
    fn by_hand(&self) -> impl Future<Output = u8> + Send {
        let own = self.0;
        async move { own }
    }
}

fn require_send<T: Send>(future: T) -> T {
    future
}

#[tokio::main]
async fn main() {
    assert_eq!(require_send(opaque(1)).await, 2);
    assert_eq!(opaque_value(1).await, 1);
    assert!(opaque_early(0).await.is_err());
    assert_eq!(opaque_inferred(3).await, Ok(3));
    assert_eq!(borrowing("four").await, 4);
    assert_eq!(require_send(boxed("7")).await, Ok(7));
    assert_eq!(boxed_value(1).await, 1);
    assert_eq!(boxed_early(0).await, 1);
    assert_eq!(named(1).await, Ok(2));
    assert_eq!(not_named_for_what_it_is(3).await, 3);
    assert_eq!(concrete(3).await, 3);
    assert_eq!(Adder(1).call(2).await, Ok(3));
    assert_eq!(require_send(Adder(1).sum(&[1, 2])).await, Ok(4));
    assert_eq!(Above::provided(&mut Adder(1), 2).await, 3);
    assert_eq!(Adder(1).generic(2).await, "2");
    assert_eq!(Subtracter(3).sum(&[1]).await, Ok(2));
    assert_eq!(Local::provided(&Methods("four")).await, Ok(Rc::new(4)));
    assert_eq!(Native::provided(&Adder(1), "four").await, Ok(5));
    assert_eq!(Native::by_hand(&Adder(1)).await, 1);
}
