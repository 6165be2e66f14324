//! Layer for clients: writes the caller and its flow into outgoing requests.

use std::{
    borrow::Cow,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
};

use autometrics_core::{CurrentCall, RemoteCaller, service_name};
use http::{Request, Uri};
use tower_layer::Layer;
use tower_service::Service;

use crate::{
    baggage::{self, Members},
    hosts::{HostError, Hosts},
};

/// Layer for clients that tells called services which function calls them.
///
/// A request to a listed host gets the service's name, and the module and name of the innermost
/// instrumented function around the request, in its header `baggage`. The
/// [`ServerLayer`](crate::ServerLayer) of the other program reads it. In a program that counts
/// [flows](autometrics_core::Settings::flows), the name of the current flow is sent with the caller.
///
/// - The caller is the function in which [`Service::call`] runs. For
///   `client.oneshot(request).await`, that is the function with the `await`. tower's `Buffer` calls
///   its inner service in a task of its own, without a caller, so put this layer around it.
/// - Nothing is added to a request outside of instrumented functions, or if a name is longer than
///   the other side accepts.
/// - Members for a caller that are already in the baggage, as in a request that is passed on from
///   elsewhere, are removed for every host. Members of others stay. If ours would make the baggage
///   longer than [W3C's limits][limits], 64 members and 8192 bytes, the flow is left out, and the
///   caller, too, if there is no room for it alone.
/// - A layer that follows redirects belongs around this one, so that each host is checked.
/// - The service's name is read once, for the first caller that is sent.
///
/// [limits]: https://www.w3.org/TR/baggage/#limits
#[derive(Clone, Debug, Default)]
pub struct ClientLayer {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    hosts: Hosts,
    service: OnceLock<Cow<'static, str>>,
}

impl ClientLayer {
    /// Returns a layer that sends the caller only to `hosts`. With an empty list it sends it to
    /// nobody.
    ///
    /// The host is that of the request's URI, never of its header `host`, so nothing is added to a
    /// request whose URI is only a path (clients of tonic have `with_origin` for that). An entry
    /// has one of two forms:
    ///
    /// - `store.internal`, `10.0.0.7` or `[::1]`: exactly this host;
    /// - `.internal`: every name below it, and not `internal` itself.
    ///
    /// Both are case-insensitive. An entry without a port matches every port. An entry with a port,
    /// such as `store.internal:8080`, matches only that one. A URI without a port counts as port 80
    /// for `http` and 443 for `https`.
    ///
    /// ```
    /// use autometrics::tower_service_0_3::ClientLayer;
    ///
    /// let layer = ClientLayer::new(["store.internal:8080", ".payments.example"])?;
    /// # Ok::<(), autometrics::tower_service_0_3::HostError>(())
    /// ```
    ///
    /// # Errors
    ///
    /// Returns an error that names the first entry that is not a host, such as `http://store` or
    /// `*`.
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

/// Client that writes the caller and its flow into its requests. [`ClientLayer`] creates it.
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
        let own_members = self.shared.members_for(request.uri());
        baggage::replace(request.headers_mut(), own_members.as_ref());
        self.inner.call(request)
    }
}

impl Shared {
    fn members_for(&self, uri: &Uri) -> Option<Members> {
        if !self.hosts.have(uri) {
            return None;
        }
        let call = CurrentCall::get();
        let function = call.function()?;
        let service = self.service.get_or_init(service_name).clone();
        // A caller that the other side would refuse is not sent.
        let caller = RemoteCaller::new(service, function.module, function.name).ok()?;
        Some(Members::new(&caller, call.flow().as_deref()))
    }
}
