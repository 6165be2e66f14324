use autometrics::ResultLabels;

#[derive(ResultLabels)]
enum LoadError {
    #[label(transparent)]
    Store(u8, u8),
    #[label(transparent)]
    Gone,
}

fn main() {}
