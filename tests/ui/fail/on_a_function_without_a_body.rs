use autometrics::instrument_fn;

trait Load {
    #[instrument_fn]
    fn load(&self);
}

fn main() {}
