use autometrics::ResultLabels;

#[derive(ResultLabels)]
#[label(colour = "red")]
enum LoadError {
    #[label(result = "maybe", error = "")]
    NotFound,
    #[label(crate = autometrics)]
    Gone,
}

fn main() {}
