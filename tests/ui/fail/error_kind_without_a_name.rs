use autometrics::ErrorKind;

static NOTHING: ErrorKind = ErrorKind::new("");

fn main() {
    println!("{}", NOTHING.name());
}
