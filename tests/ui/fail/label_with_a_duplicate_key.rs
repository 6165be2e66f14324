use autometrics::ResultLabels;

#[derive(ResultLabels)]
enum LoadError {
    #[label(error = "not_found")]
    #[label(error = "missing")]
    NotFound,
}

fn main() {}
