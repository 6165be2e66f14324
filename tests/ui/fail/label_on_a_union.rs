use autometrics::ResultLabels;

#[derive(ResultLabels)]
union Word {
    signed: i64,
    unsigned: u64,
}

fn main() {}
