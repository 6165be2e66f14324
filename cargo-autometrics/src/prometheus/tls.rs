//! TLS for a Prometheus behind `https://`, with the root certificates of the system.

use std::sync::Arc;

use ureq::tls::{Certificate, RootCerts, TlsConfig};

use crate::{Error, error::Kind};

/// Returns the configuration for one request.
///
/// # Errors
///
/// Returns an error if the system has no root certificates.
pub(super) fn config() -> Result<TlsConfig, Error> {
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() {
        let said = found.errors.iter().map(|error| format!(" ({error})"));
        return Err(Kind::Certificates {
            said: said.collect(),
        }
        .into());
    }
    let roots: Vec<_> = found
        .certs
        .iter()
        .map(|root| Certificate::from_der(root).to_owned())
        .collect();
    Ok(TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&roots))
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build())
}
