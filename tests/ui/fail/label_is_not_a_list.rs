use autometrics::ResultLabels;

#[derive(ResultLabels)]
enum LoadError {
    #[label = "not_found"]
    NotFound,
    #[label]
    Gone,
    #[label()]
    Lost,
}

fn main() {}
