use autometrics::ResultLabels;

#[derive(ResultLabels)]
enum LoadError {
    #[label(error)]
    NotFound,
}

fn main() {}
