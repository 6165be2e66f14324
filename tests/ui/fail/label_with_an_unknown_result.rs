use autometrics::ResultLabels;

#[derive(ResultLabels)]
enum LoadError {
    #[label(result = "maybe")]
    NotFound,
}

fn main() {}
