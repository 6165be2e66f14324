use autometrics::ResultLabels;

#[derive(ResultLabels)]
enum LoadError {
    #[label(error = "not_found", result = "ok")]
    NotFound,
    #[label(ok = "found")]
    Found,
}

fn main() {}
