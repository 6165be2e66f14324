use autometrics::instrument_fn;

#[instrument_fn]
fn f() -> Result<u8, String> {
    Ok("text")
}

#[instrument_fn]
async fn g() -> u8 {
    "text"
}

fn main() {
    let _ = (f(), g());
}
