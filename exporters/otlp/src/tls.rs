//! Root certificates and client certificates for `https://`.

use std::{fs, path::Path, sync::Arc};

use ureq::tls::{Certificate, ClientCert, PemItem, PrivateKey, RootCerts, TlsConfig, parse_pem};

use crate::{error::StartError, settings::Files};

/// Returns the TLS settings for HTTP. Without files, they trust the system's root certificates.
pub(crate) fn config(files: &Files) -> Result<TlsConfig, StartError> {
    let roots = match &files.certificate {
        Some(path) => certificates(path)?,
        None => system()?,
    };
    let client = match (&files.client_certificate, &files.client_key) {
        (Some(certificate), Some(key)) => Some(ClientCert::new_with_certs(
            &certificates(certificate)?,
            private_key(key)?,
        )),
        (None, None) => None,
        _ => {
            return Err(StartError::tls(
                "only one of client certificate and client key is set; set both or none".to_owned(),
            ));
        }
    };
    Ok(TlsConfig::builder()
        .root_certs(RootCerts::new_with_certs(&roots))
        .client_cert(client)
        .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .build())
}

fn system() -> Result<Vec<Certificate<'static>>, StartError> {
    let found = rustls_native_certs::load_native_certs();
    if found.certs.is_empty() {
        let errors = found.errors.iter().map(|error| format!(" ({error})"));
        let errors: String = errors.collect();
        return Err(StartError::tls(format!(
            "the system has no root certificates{errors}; set OTEL_EXPORTER_OTLP_CERTIFICATE to a file with root certificates"
        )));
    }
    let roots = found.certs.iter();
    Ok(roots
        .map(|root| Certificate::from_der(root).to_owned())
        .collect())
}

fn certificates(path: &Path) -> Result<Vec<Certificate<'static>>, StartError> {
    let items = parse_pem(&read(path)?)
        .filter_map(Result::ok)
        .collect::<Vec<_>>();
    let certificates: Vec<_> = items
        .into_iter()
        .filter_map(|item| match item {
            PemItem::Certificate(certificate) => Some(certificate),
            _ => None,
        })
        .collect();
    if certificates.is_empty() {
        return Err(wrong(path, "contains no certificate in PEM format"));
    }
    Ok(certificates)
}

fn private_key(path: &Path) -> Result<PrivateKey<'static>, StartError> {
    PrivateKey::from_pem(&read(path)?)
        .map_err(|_| wrong(path, "contains no private key in PEM format"))
}

/// Reads a file. Both transports use it.
pub(crate) fn read(path: &Path) -> Result<Vec<u8>, StartError> {
    if path.to_string_lossy().contains("-----BEGIN") {
        // The text may be a private key, so the error must not contain it.
        return Err(StartError::tls(
            "a certificate or key is set as text; write it to a file and set its path".to_owned(),
        ));
    }
    fs::read(path).map_err(|error| wrong(path, &format!("cannot be read: {error}")))
}

fn wrong(path: &Path, why: &str) -> StartError {
    StartError::tls(format!("{} {why}", path.display()))
}
