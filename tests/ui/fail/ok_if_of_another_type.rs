use autometrics::instrument_fn;

#[instrument_fn(ok_if = |value: &u8| *value > 1)]
fn closure() -> Result<u64, String> {
    Ok(1)
}

#[instrument_fn(error_if = str::is_empty)]
fn path() -> u64 {
    1
}

#[instrument_fn(error_if = |error: &String| error.len())]
fn no_answer() -> Result<u64, String> {
    Ok(1)
}

fn main() {
    let _ = (closure(), path(), no_answer());
}
