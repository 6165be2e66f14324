//! The two ways to run: a shop with its customers, or customers alone.

use std::{
    future::{IntoFuture as _, pending},
    io,
    net::SocketAddr,
    pin::pin,
    sync::Arc,
    time::Duration,
};

use autometrics::explorer::{self, Server};
use tokio::{
    net::{TcpListener, TcpStream},
    task::JoinHandle,
    time::{MissedTickBehavior, interval, sleep, timeout},
};

use crate::{
    cli::{DEFAULT_ADDR, Options},
    load::{self, Plan, Tally},
    result::Result,
    routes,
    shop::Shop,
    stop::{self, Stop},
    summary::{self, Summary},
};

/// Limit of the time that requests and scrapes in flight may take at the end.
const LAST_ORDERS: Duration = Duration::from_secs(5);

/// Opens a shop, shows its activity, and closes it at the end.
pub(crate) async fn open_shop(options: &Options) -> Result<()> {
    let listener = listen(options).await?;
    let addr = listener.local_addr()?;
    let url = format!("http://{addr}");
    let explorer = explore(options)?;
    let live = format!("http://{}/", explorer.local_addr());
    summary::say(&format!(
        "see it live in a browser  {live}\n\nshop      {url}\nmetrics   {url}/metrics\n"
    ));

    let folder = tempfile::Builder::new().prefix("shop-").tempdir()?;
    let shop = Shop::open(folder.path(), options.stock, &options.faults, options.seed)?;
    summary::keep_panics_quiet();
    let closing = Stop::new();
    let server = {
        let closing = closing.clone();
        let closed = async move { closing.requested().await };
        tokio::spawn(
            axum::serve(listener, routes::router(shop))
                .with_graceful_shutdown(closed)
                .into_future(),
        )
    };

    let (tally, leave) = (Arc::new(Tally::default()), Stop::new());
    let mut customers = send(options, addr, &tally, &leave);
    let mut summary = Summary::start(url, live, Arc::clone(&tally));
    let ended = {
        let mut seconds = interval(Duration::from_secs(1));
        seconds.set_missed_tick_behavior(MissedTickBehavior::Skip);
        let mut end = pin!(end(options, &mut customers));
        loop {
            tokio::select! {
                ended = &mut end => break ended,
                _ = seconds.tick() => summary.refresh(),
            }
        }
    };
    leave.request();
    last_orders(&mut customers).await;
    closing.request();
    // The database is deleted with its folder, so requests that still use it are abandoned after a
    // timeout.
    let _ = timeout(LAST_ORDERS, server).await;
    summary.finish();
    report(options, &tally)?;
    ended
}

/// Sends customers to the shop at `target`, and prints the counts of their requests.
pub(crate) async fn send_customers(options: &Options, target: SocketAddr) -> Result<()> {
    // Checks the address first, so that a wrong one is not a list of failures.
    TcpStream::connect(target)
        .await
        .map_err(|error| format!("no shop answers at {target}: {error}"))?;
    let (tally, leave) = (Arc::new(Tally::default()), Stop::new());
    let mut customers = send(options, target, &tally, &leave);
    let ended = end(options, &mut customers).await;
    leave.request();
    last_orders(&mut customers).await;
    let all = tally.report(options.seed).total;
    summary::say(&format!(
        "{} requests: {} served, {} refused, {} failed, {} without an answer",
        all.sent, all.served, all.refused, all.failed, all.unanswered
    ));
    report(options, &tally)?;
    ended
}

/// Spawns the customers as a task, unless there are none.
fn send(
    options: &Options,
    target: SocketAddr,
    tally: &Arc<Tally>,
    leave: &Stop,
) -> Option<JoinHandle<()>> {
    let plan = Plan {
        target,
        rps: options.rps,
        clients: options.clients,
        requests: options.requests,
        seed: options.seed,
    };
    let customers = load::run(plan, Arc::clone(tally), leave.clone());
    (!options.no_load).then(|| tokio::spawn(customers))
}

/// Waits for the end: a signal, the duration that was set, or the last request of the
/// customers.
async fn end(options: &Options, customers: &mut Option<JoinHandle<()>>) -> Result<()> {
    let time_is_up = async {
        match options.duration {
            Some(duration) => sleep(duration).await,
            None => pending().await,
        }
    };
    let customers_are_gone = async {
        match customers {
            Some(customers) => customers.await,
            None => pending().await,
        }
    };
    tokio::select! {
        () = stop::signal() => Ok(()),
        () = time_is_up => Ok(()),
        gone = customers_are_gone => Ok(gone?),
    }
}

/// Waits until customers have finished their current requests.
async fn last_orders(customers: &mut Option<JoinHandle<()>>) {
    if let Some(customers) = customers
        .as_mut()
        .filter(|customers| !customers.is_finished())
    {
        let _ = timeout(LAST_ORDERS, customers).await;
    }
}

fn report(options: &Options, tally: &Tally) -> Result<()> {
    let Some(path) = &options.report else {
        return Ok(());
    };
    tally
        .report(options.seed)
        .write(path)
        .map_err(|error| format!("can't write the report to `{}`: {error}", path.display()).into())
}

/// Serves the explorer on threads of its own. Only the default address may be replaced.
fn explore(options: &Options) -> Result<Server> {
    let wanted = options.explorer.unwrap_or(explorer::DEFAULT_ADDR);
    match explorer::serve(wanted) {
        Err(error) if options.explorer.is_none() && error.is_address_in_use() => {
            summary::say(&format!(
                "{wanted} is in use, so the explorer uses a free port; --explorer sets another address."
            ));
            Ok(explorer::serve((wanted.ip(), 0))?)
        }
        served => Ok(served?),
    }
}

/// Binds the address that was set, or fails. If the default address is in use, binds a free port
/// instead.
async fn listen(options: &Options) -> Result<TcpListener> {
    let wanted = options.addr.unwrap_or(DEFAULT_ADDR);
    match TcpListener::bind(wanted).await {
        Ok(listener) => Ok(listener),
        Err(error) if options.addr.is_none() && error.kind() == io::ErrorKind::AddrInUse => {
            summary::say(&format!(
                "{wanted} is in use, so the shop uses a free port; --addr sets another address."
            ));
            Ok(TcpListener::bind((wanted.ip(), 0)).await?)
        }
        Err(error) => Err(format!("can't listen on {wanted}: {error}").into()),
    }
}
