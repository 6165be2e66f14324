//! Errors of this library convert into the `io::Error` of a `main` that returns `io::Result`.

use std::{io, net::TcpListener};

use autometrics::{RemoteCaller, Settings};

fn applies(name: &'static str) -> io::Result<()> {
    Settings::new().service_name(name).apply()?;
    Ok(())
}

#[test]
fn invalid_setting_is_invalid_input() {
    let error = applies(" ").expect_err("it is empty");
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
    assert!(error.to_string().contains("`service_name`"), "{error}");
}

#[test]
fn invalid_caller_is_invalid_input() {
    let caller = || -> io::Result<RemoteCaller> { Ok(RemoteCaller::new("", "", "")?) };
    let error = caller().expect_err("it has no name");
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
}

#[test]
fn listener_that_cannot_start_has_the_kind_of_its_cause() {
    let other = TcpListener::bind("127.0.0.1:0").expect("there is a port");
    let serve = || -> io::Result<()> {
        let _server = autometrics::prometheus::serve(other.local_addr()?)?;
        Ok(())
    };
    let error = serve().expect_err("the port is taken");
    assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
    assert!(error.to_string().starts_with("cannot listen on"), "{error}");
}

#[test]
fn exporter_with_an_invalid_endpoint_is_invalid_input() {
    let start = || -> io::Result<()> {
        let _exporter = autometrics::otlp::Exporter::new()
            .endpoint("nowhere")
            .start()?;
        Ok(())
    };
    let error = start().expect_err("it is no endpoint");
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
}

#[test]
fn invalid_host_is_invalid_input() {
    let layer = || -> io::Result<()> {
        let _layer = autometrics::tower_service_0_3::ClientLayer::new(["a b"])?;
        Ok(())
    };
    let error = layer().expect_err("it is no host");
    assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
}
