use autometrics::ResultLabels;

#[derive(ResultLabels)]
#[label(error = "not\nfound")]
struct NotFound;

fn main() {}
