use autometrics::ResultLabels;

#[derive(ResultLabels)]
enum LoadError {
    #[label(kind = "not_found")]
    NotFound,
}

fn main() {}
