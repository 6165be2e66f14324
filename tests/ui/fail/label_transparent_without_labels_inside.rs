use autometrics::ResultLabels;

#[derive(ResultLabels)]
enum LoadError {
    #[label(transparent)]
    Store(std::io::Error),
}

fn main() {}
