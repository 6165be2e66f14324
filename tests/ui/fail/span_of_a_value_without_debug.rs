use autometrics::instrument_fn;

struct Opaque;

#[instrument_fn(span(ret))]
fn f() -> Opaque {
    Opaque
}

#[instrument_fn(span(err))]
fn g() -> Result<(), Opaque> {
    Err(Opaque)
}

fn main() {
    let _ = (f(), g());
}
