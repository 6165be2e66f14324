//! Tests the messages of the compiler about mistakes, and code that must compile.
//!
//! `TRYBUILD=overwrite cargo test -p ui-tests` accepts new messages; read the diff.

#[test]
fn messages_of_the_compiler() {
    let tests = trybuild::TestCases::new();
    tests.pass("pass/*.rs");
    tests.compile_fail("fail/*.rs");
    tests.pass("compat/pass/*.rs");
    tests.compile_fail("compat/fail/*.rs");
}
