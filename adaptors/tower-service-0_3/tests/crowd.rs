//! Tests forged callers against a server that accepts all services.

use autometrics::{Caller, instrument_fn, snapshot};
use autometrics_tower_service_0_3::ServerLayer;
use http::Request;
use tower::{Layer as _, ServiceExt as _, service_fn};

const FORGED: u64 = 3_000;
/// Maximum number of remote callers that a program keeps.
const MOST: u64 = 1_000;

#[instrument_fn]
async fn reserve(_: Request<()>) -> Result<(), std::convert::Infallible> {
    Ok(())
}

#[tokio::test]
async fn forged_callers_are_limited_and_harmless() {
    let store = ServerLayer::new().layer(service_fn(reserve));
    for number in 0..FORGED {
        let baggage = format!("autometrics.service=forged{number},autometrics.function=f");
        let request = Request::get("/").header("baggage", baggage);
        let request = request.body(()).unwrap();
        store.clone().oneshot(request).await.unwrap();
    }
    let snapshot = snapshot();
    let calls = |of: fn(&Caller) -> bool| {
        let edges = snapshot.edges.iter().filter(|edge| of(&edge.caller));
        edges.map(|edge| edge.latency.count()).sum::<u64>()
    };
    assert_eq!(calls(|caller| matches!(caller, Caller::Remote(_))), MOST);
    assert_eq!(calls(|caller| *caller == Caller::None), FORGED - MOST);
    assert_eq!(snapshot.refused_callers, FORGED - MOST);
}
