use autometrics::instrument_fn;

#[instrument_fn(ok_if = Option::is_some)]
trait Find {
    fn find(&self) -> Option<u8> {
        None
    }
}

fn main() {}
