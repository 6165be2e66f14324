use autometrics::ResultLabels;

#[derive(ResultLabels)]
enum LoadError {
    Store(#[label(transparent)] std::io::Error),
}

fn main() {}
