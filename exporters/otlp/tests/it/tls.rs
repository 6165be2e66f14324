//! Tests endpoints with `https://`: trusted authorities and client certificates.

use std::{
    fs,
    io::{Read as _, Write as _},
    net::TcpListener,
    path::PathBuf,
    sync::Arc,
    thread,
    time::Duration,
};

use autometrics_otlp::Exporter;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use rustls::{
    RootCertStore, ServerConfig, ServerConnection, Stream,
    pki_types::{PrivateKeyDer, pem::PemObject as _},
    server::WebPkiClientVerifier,
};
use tempfile::TempDir;

use crate::{program::shop, requests::PATIENCE};

/// A certificate authority, and a folder with its files.
struct Authority {
    issuer: CertifiedIssuer<'static, KeyPair>,
    folder: TempDir,
}

impl Authority {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let issuer = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
        let folder = TempDir::new().unwrap();
        fs::write(folder.path().join("roots.pem"), issuer.pem()).unwrap();
        Self { issuer, folder }
    }

    fn file(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Issues a certificate for `name`. Returns the files of certificate and key.
    fn issue(&self, name: &str) -> (PathBuf, PathBuf) {
        let key = KeyPair::generate().unwrap();
        let params = CertificateParams::new([name.to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &self.issuer).unwrap();
        let files = (self.file("certificate.pem"), self.file("key.pem"));
        fs::write(&files.0, certificate.pem()).unwrap();
        fs::write(&files.1, key.serialize_pem()).unwrap();
        files
    }

    /// Starts a collector for `localhost`, which requires a client certificate if
    /// `wants_certificate`. Returns its port.
    fn listen(&self, wants_certificate: bool) -> u16 {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut roots = RootCertStore::empty();
        roots.add(self.issuer.der().clone()).unwrap();
        let config = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .unwrap();
        let config = if wants_certificate {
            let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider);
            config.with_client_cert_verifier(verifier.build().unwrap())
        } else {
            config.with_no_client_auth()
        };
        let (certificate, key) = self.issue("localhost");
        let certificate = rustls::pki_types::CertificateDer::from_pem_file(certificate).unwrap();
        let key = PrivateKeyDer::from_pem_file(key).unwrap();
        let config = Arc::new(config.with_single_cert(vec![certificate], key).unwrap());
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let port = listener.local_addr().unwrap().port();
        thread::spawn(move || {
            for mut stream in listener.incoming().map_while(Result::ok) {
                let mut connection = ServerConnection::new(Arc::clone(&config)).unwrap();
                let mut stream = Stream::new(&mut connection, &mut stream);
                let mut buffer = vec![0; 65536];
                // The head alone shows that the connection is trusted.
                if stream.read(&mut buffer).is_ok_and(|read| read > 0) {
                    let ok = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
                    let _ = stream.write_all(ok);
                }
            }
        });
        port
    }
}

fn exporter(port: u16) -> Exporter {
    Exporter::new()
        .snapshot_source(shop)
        .endpoint(format!("https://localhost:{port}"))
        .interval(Duration::from_secs(3600))
}

/// Starts `exporter` and returns the result of a flush.
fn flush(exporter: Exporter) -> Result<(), String> {
    let running = exporter.start().map_err(|error| error.to_string())?;
    let flushed = running.flush(Duration::from_secs(2));
    flushed.map_err(|error| error.to_string())
}

#[test]
fn authority_in_a_file_is_trusted() {
    let authority = Authority::new();
    let port = authority.listen(false);
    flush(exporter(port).certificate(authority.file("roots.pem"))).unwrap();
}

#[test]
fn other_authorities_are_not_trusted() {
    let (authority, other) = (Authority::new(), Authority::new());
    let port = authority.listen(false);
    let error = flush(exporter(port).certificate(other.file("roots.pem"))).unwrap_err();
    assert!(error.contains("invalid peer certificate"), "{error}");
}

#[test]
fn client_certificate_is_sent() {
    let authority = Authority::new();
    let port = authority.listen(true);
    let exporter = || exporter(port).certificate(authority.file("roots.pem"));
    let (certificate, key) = authority.issue("shop");
    let running = exporter()
        .client_certificate(certificate, key)
        .start()
        .unwrap();
    running.flush(PATIENCE).unwrap();
    assert!(flush(exporter()).is_err());
}

#[test]
fn wrong_certificate_files_are_errors() {
    let authority = Authority::new();
    let (certificate, key) = authority.issue("shop");
    let error = |exporter: Exporter| flush(exporter).unwrap_err();
    let new = || exporter(1).certificate(authority.file("roots.pem"));
    let folder = authority.folder.path().display().to_string();
    let found = [
        error(new().certificate(authority.file("missing.pem"))),
        error(new().certificate(&key)),
        error(new().client_certificate(&key, &key)),
        error(new().client_certificate(&certificate, &certificate)),
    ];
    let found: Vec<_> = found
        .iter()
        .map(|said| said.replace(&folder, "…"))
        .collect();
    expect_test::expect![[r#"
        …/missing.pem cannot be read: No such file or directory (os error 2)
        …/key.pem contains no certificate in PEM format
        …/key.pem contains no certificate in PEM format
        …/certificate.pem contains no private key in PEM format"#]]
    .assert_eq(&found.join("\n"));
}

#[cfg(feature = "grpc")]
#[test]
fn other_authorities_are_not_trusted_over_grpc() {
    let (authority, other) = (Authority::new(), Authority::new());
    let port = authority.listen(false);
    let exporter = exporter(port).protocol(autometrics_otlp::Protocol::Grpc);
    let error = flush(exporter.certificate(other.file("roots.pem"))).unwrap_err();
    assert!(error.contains("invalid peer certificate"), "{error}");
}

#[test]
fn key_given_instead_of_its_path_stays_secret() {
    let key = "-----BEGIN PRIVATE KEY-----\nS3cr3t\n-----END PRIVATE KEY-----\n";
    for protocol in [
        autometrics_otlp::Protocol::HttpProtobuf,
        #[cfg(feature = "grpc")]
        autometrics_otlp::Protocol::Grpc,
    ] {
        let said = flush(
            Exporter::new()
                .snapshot_source(shop)
                .protocol(protocol)
                .endpoint("https://localhost:1")
                .certificate(key)
                .client_certificate(key, key),
        );
        let said = said.unwrap_err();
        assert!(said.contains("write it to a file"), "{said}");
        assert!(!said.contains("S3cr3t"), "{said}");
    }
}
