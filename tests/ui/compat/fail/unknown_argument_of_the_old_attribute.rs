use autometrics::autometrics;

#[autometrics(name = "cart")]
fn f() {}

fn main() {
    f();
}
