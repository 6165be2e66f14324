//! What compiles, and what the compiler says of what does not.
//!
//! `TRYBUILD=overwrite cargo test --all-features --test ui` accepts new messages;
//! read the diff.

#[test]
fn messages_of_the_compiler() {
    let tests = trybuild::TestCases::new();
    tests.pass("tests/ui/pass/*.rs");
    tests.compile_fail("tests/ui/fail/*.rs");
    if cfg!(feature = "compat") {
        tests.pass("tests/ui/compat/pass/*.rs");
        tests.compile_fail("tests/ui/compat/fail/*.rs");
    }
}
