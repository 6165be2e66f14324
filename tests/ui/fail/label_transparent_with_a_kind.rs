use autometrics::ResultLabels;

#[derive(ResultLabels)]
enum LoadError {
    #[label(transparent, error = "store")]
    Store(Box<LoadError>),
}

fn main() {}
