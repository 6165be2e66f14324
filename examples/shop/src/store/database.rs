//! A small pool of database connections, used on threads that may block.

use std::{
    ops::{Deref, DerefMut},
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use autometrics::instrument_fn;
use rusqlite::Connection;
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
};

use super::{StoreError, schema};

const CONNECTIONS: usize = 4;

/// A handle to the database, cheap to clone.
#[derive(Clone)]
pub(crate) struct Database {
    idle: Arc<Mutex<Vec<Connection>>>,
    /// One permit for each idle connection.
    permits: Arc<Semaphore>,
}

#[instrument_fn(span)]
impl Database {
    /// Creates a database in `folder` and fills it.
    #[skip]
    pub(crate) fn open(folder: &Path, shelf: u32, seed: u64) -> Result<Self, StoreError> {
        let path = folder.join("shop.sqlite");
        let mut first = connect(&path)?;
        schema::create(&mut first, shelf, seed)?;
        let more = (1..CONNECTIONS).map(|_| connect(&path));
        let idle: Vec<_> = [Ok(first)]
            .into_iter()
            .chain(more)
            .collect::<Result<_, _>>()?;
        Ok(Self {
            idle: Arc::new(Mutex::new(idle)),
            permits: Arc::new(Semaphore::new(CONNECTIONS)),
        })
    }

    /// Runs `work` on a connection, as soon as one is free.
    ///
    /// The instrumented function is this one, and not the work on the other thread:
    /// the caller is known where the call is awaited, and the latency includes the
    /// wait for a connection. Calls in flight beyond the size of the pool are a
    /// queue.
    #[instrument_fn(track_concurrency, span)]
    pub(crate) async fn run<T, W>(&self, work: W) -> Result<T, StoreError>
    where
        T: Send + 'static,
        W: FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let permit = Arc::clone(&self.permits).acquire_owned().await;
        let permit = permit.expect("the semaphore is never closed");
        let connection = self
            .idle
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .pop();
        // The lease moves into the work. So the connection returns to the pool at its end, even if
        // the call was dropped.
        let mut lease = Lease {
            connection: Some(connection.expect("there is a connection for every permit")),
            idle: Arc::clone(&self.idle),
            _permit: permit,
        };
        match spawn_blocking(move || work(&mut lease)).await {
            Ok(result) => Ok(result?),
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

fn connect(path: &Path) -> rusqlite::Result<Connection> {
    let connection = Connection::open(path)?;
    // Readers don't wait for the writer; writers wait for each other.
    connection.pragma_update(None, "journal_mode", "wal")?;
    connection.pragma_update(None, "synchronous", "normal")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    Ok(connection)
}

/// A connection that returns to the pool when it is dropped.
struct Lease {
    connection: Option<Connection>,
    idle: Arc<Mutex<Vec<Connection>>>,
    /// Released after the connection has returned, because fields are dropped after `drop` runs.
    _permit: OwnedSemaphorePermit,
}

impl Deref for Lease {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        self.connection.as_ref().expect("taken only by `drop`")
    }
}

impl DerefMut for Lease {
    fn deref_mut(&mut self) -> &mut Connection {
        self.connection.as_mut().expect("taken only by `drop`")
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let mut idle = self.idle.lock().unwrap_or_else(PoisonError::into_inner);
        idle.extend(self.connection.take());
    }
}
