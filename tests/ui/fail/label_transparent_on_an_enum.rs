use autometrics::ResultLabels;

#[derive(ResultLabels)]
#[label(transparent)]
enum LoadError {
    Store(Box<LoadError>),
}

fn main() {}
