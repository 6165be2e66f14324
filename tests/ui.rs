//! What compiles, and what the compiler says where it does not.

/// Each file of `fail` makes one mistake, which is its name. To accept new
/// messages: `TRYBUILD=overwrite cargo test --test ui`, then read the diff.
#[test]
fn messages_of_the_compiler() {
    let tests = trybuild::TestCases::new();
    tests.pass("tests/ui/pass/*.rs");
    tests.compile_fail("tests/ui/fail/*.rs");
}
