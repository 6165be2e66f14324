//! Tests with a Prometheus behind `https://`.
//!
//! Its certificate in `localhost.pem` is valid for a hundred years. Certificate and key were made
//! with `openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 36500
//! -addext subjectAltName=IP:127.0.0.1`.

use std::{
    io::{Read as _, Write as _},
    net::TcpListener,
    path::{Path, PathBuf},
    process::Output,
    sync::Arc,
    thread,
};

use expect_test::expect;
use rustls::{
    ServerConfig, ServerConnection, StreamOwned,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _},
};
use test_harness::response;

use super::{artifact, seen};
use crate::{command, text};

fn certificate() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/command/prometheus/localhost.pem")
}

/// Runs `graph` with a server that answers one request. Returns the output, and standard error with
/// `URL` in place of the address.
fn ask(name: &str, roots: &Path) -> (Output, String) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let server = thread::spawn(move || {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let key = PrivateKeyDer::from_pem_file(certificate()).unwrap();
        let chain = vec![CertificateDer::from_pem_file(certificate()).unwrap()];
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .unwrap();
        let (stream, _) = listener.accept().unwrap();
        let connection = ServerConnection::new(Arc::new(config)).unwrap();
        let mut stream = StreamOwned::new(connection, stream);
        let mut request = Vec::new();
        let mut byte = [0];
        while !request.ends_with(b"\r\n\r\n") && stream.read_exact(&mut byte).is_ok() {
            request.push(byte[0]);
        }
        // A client that does not trust the certificate has closed the connection.
        let _ = stream.write_all(response("200 OK", &seen()).as_bytes());
        stream.conn.send_close_notify();
        let _ = stream.flush();
    });
    let artifact = artifact(name);
    let mut command = command(&[
        "graph",
        "--artifact",
        &artifact,
        "--format",
        "mermaid",
        "--from",
        &url,
    ]);
    let output = command.env("SSL_CERT_FILE", roots).output().unwrap();
    server.join().unwrap();
    let said = text(&output.stderr).replace(&url, "URL");
    (output, said)
}

#[test]
fn a_server_with_a_trusted_certificate_is_queried() {
    let (output, said) = ask("trusted", &certificate());
    assert_eq!(said, "");
    let seen = text(&output.stdout);
    assert!(seen.contains("5/s, 20% errors"), "{seen}");
}

#[test]
fn a_server_with_an_untrusted_certificate_is_refused() {
    let others = crate::folder().join("others.pem");
    std::fs::write(&others, OTHERS).unwrap();
    let (output, said) = ask("untrusted", &others);
    expect![[r"
        error: no answer from Prometheus at `URL`: invalid peer certificate: UnknownIssuer
    "]]
    .assert_eq(&said);
    assert_eq!(text(&output.stdout), "");
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn missing_root_certificates_are_reported_with_a_remedy() {
    let artifact = artifact("no-roots");
    let none = crate::folder().join("no-roots.pem");
    std::fs::write(&none, "").unwrap();
    let url = "https://127.0.0.1:1";
    let mut command = command(&["graph", "--artifact", &artifact, "--from", url]);
    let output = command.env("SSL_CERT_FILE", &none).output().unwrap();
    expect![[r"
        error: this system has no root certificates, so https:// cannot be verified: set SSL_CERT_FILE to a file with root certificates
    "]]
    .assert_eq(text(&output.stderr));
    assert_eq!(output.status.code(), Some(2));
}

/// Certificate of another server, made in the same way.
const OTHERS: &str = "\
-----BEGIN CERTIFICATE-----
MIIBgjCCASegAwIBAgIUT6AEdnQ5cBHYvn2ROQbGZvLkTzAwCgYIKoZIzj0EAwIw
FTETMBEGA1UEAwwKb3RoZXIudGVzdDAgFw0yNjExMjExNjA4NTNaGA8yMTI2MTAy
ODE2MDg1M1owFTETMBEGA1UEAwwKb3RoZXIudGVzdDBZMBMGByqGSM49AgEGCCqG
SM49AwEHA0IABILMnUR+xOeYs3VN2zZDdCEDXyooY3X967lDeasWQEsmMLzjD8fZ
2RkpP9hKDikMkI5V8dff/M/2gk5+hRqtqRGjUzBRMB0GA1UdDgQWBBScoGJz93oR
YO2Z5mKC/cC8uhwxjDAfBgNVHSMEGDAWgBScoGJz93oRYO2Z5mKC/cC8uhwxjDAP
BgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQDJeoIQR3hMLwb3oNHj
ioB7+1Zt1kqGp/AbWtgpXy+gXAIhAKh10s2Ux4djRYVkNZa+Gmi7ggH0OrzFMgHE
AupIQ7jZ
-----END CERTIFICATE-----
";
