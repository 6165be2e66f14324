//! The caller's side: who calls, in the requests that go out.

use std::{
    sync::{Arc, OnceLock},
    task::{Context, Poll},
};

use autometrics_core::{CurrentCall, RemoteCaller, Text, service_name};
use http::{Request, Uri};
use tower_layer::Layer;
use tower_service::Service;

use crate::{
    baggage,
    hosts::{HostError, Hosts},
};

/// Tells services that are called which function calls them.
///
/// A request to a host on the list gets the service's name, and module and name of
/// the innermost decorated function around it, into its header `baggage`, for the
/// other side's [`ServerLayer`](crate::ServerLayer).
///
/// - The function is the one in which [`Service::call`] runs: for `client.oneshot(request).await`
///   that which awaits. A `Buffer` of tower calls what is within it from a task
///   of its own, where there is no function: put this layer around it.
/// - Without a decorated function of this program around the request nothing is said. Neither is
///   it when a name is longer than the other side takes.
/// - What the request's baggage says already of callers, as it may when it is passed on from
///   elsewhere, is taken out, whichever the host. The members of others stay; where
///   ours would make the baggage longer than [W3C's limits][limits], 64 members and 8192 bytes,
///   they are left out.
/// - What follows redirects belongs around this layer, so that it looks at each host.
/// - The service's name is asked for once, when the first caller is told.
///
/// [limits]: https://www.w3.org/TR/baggage/#limits
#[derive(Clone, Debug, Default)]
pub struct ClientLayer {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    hosts: Hosts,
    service: OnceLock<Text>,
}

impl ClientLayer {
    /// Tells `hosts` who calls, and nobody else; with an empty list nobody.
    ///
    /// A host is that of the request's URI, never of its header `host`: a request whose URI is
    /// a path alone tells nothing (clients of tonic have `with_origin` for that). An entry is one of
    ///
    /// - `store.internal`, `10.0.0.7` or `[::1]`: exactly this host;
    /// - `.internal`: every name below it, and not `internal` itself.
    ///
    /// In either, upper and lower case are the same. Without a port it means all of them;
    /// with one, as `store.internal:8080`, that one alone, where a URI without a port has
    /// 80 for `http` and 443 for `https`.
    ///
    /// ```
    /// use autometrics_tower::ClientLayer;
    ///
    /// let layer = ClientLayer::new(["store.internal:8080", ".payments.example"])?;
    /// # Ok::<(), autometrics_tower::HostError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// When one of `hosts` is no host, such as `http://store` or `*`. The error names it.
    pub fn new<H: AsRef<str>>(hosts: impl IntoIterator<Item = H>) -> Result<Self, HostError> {
        let shared = Shared {
            hosts: Hosts::new(hosts)?,
            service: OnceLock::new(),
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }
}

impl<S> Layer<S> for ClientLayer {
    type Service = ClientService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ClientService {
            inner,
            shared: Arc::clone(&self.shared),
        }
    }
}

/// A client whose requests say who calls; made by [`ClientLayer`].
#[derive(Clone, Debug)]
pub struct ClientService<S> {
    inner: S,
    shared: Arc<Shared>,
}

impl<S, B> Service<Request<B>> for ClientService<S>
where
    S: Service<Request<B>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(context)
    }

    fn call(&mut self, mut request: Request<B>) -> S::Future {
        let ours = self.shared.members_for(request.uri());
        baggage::replace(request.headers_mut(), ours.as_deref());
        self.inner.call(request)
    }
}

impl Shared {
    fn members_for(&self, uri: &Uri) -> Option<String> {
        if !self.hosts.have(uri) {
            return None;
        }
        let function = CurrentCall::get().function()?;
        let service = self.service.get_or_init(service_name).clone();
        // What the other side would refuse is not worth its way.
        let caller = RemoteCaller::new(service, function.module, function.name).ok()?;
        Some(baggage::members(&caller))
    }
}
