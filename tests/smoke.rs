//! The shortest way through everything.
use autometrics::*;
const API: Objective = Objective::new("api")
    .success_rate(99.9)
    .latency(std::time::Duration::from_millis(180), 99.0);
#[instrument_fn(objective = API)]
fn f(x: u32) -> Result<u32, String> {
    g();
    if x > 2 { Err("x".into()) } else { Ok(x) }
}
#[instrument_fn]
fn g() {}
struct S;
#[instrument_fn(track_concurrency)]
impl S {
    async fn a(&self) -> std::io::Result<u8> {
        tokio::task::yield_now().await;
        let _ = f(7);
        Ok(1)
    }
    #[skip]
    fn s(&self) {}
    fn b<'a>(&'a mut self, v: &'a mut Vec<u8>) -> &'a mut u8 {
        &mut v[0]
    }
}
#[tokio::test]
async fn smoke() {
    for i in 0..5 {
        let _ = f(i);
    }
    S.a().await.unwrap();
    S.s();
    S.b(&mut vec![1]);
    std::thread::sleep(std::time::Duration::from_millis(12));
    for i in 0..5 {
        let _ = f(i);
    }
    for i in 0..5 {
        let _ = f(i);
    }
    println!("{:#?}", snapshot());
}
