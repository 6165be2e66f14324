//! What nobody calls.

use autometrics::instrument_fn;

#[instrument_fn]
fn never_called() -> u32 {
    3
}
#[instrument_fn]
fn never_called_result() -> Result<u32, ()> {
    Err(())
}
#[instrument_fn]
async fn never_called_async() -> Result<u32, ()> {
    Err(())
}
#[instrument_fn]
fn only_called_by_dead() -> u32 {
    3
}
#[instrument_fn]
fn dead_caller() -> u32 {
    only_called_by_dead()
}
#[instrument_fn]
pub(crate) fn too_visible() -> u32 {
    3
}
struct Dead;
impl Dead {
    #[instrument_fn]
    fn dead_method(&self) -> u32 {
        3
    }
    #[instrument_fn]
    fn dead_constructor() -> Self {
        Self
    }
}
trait DeadTrait {
    #[instrument_fn]
    fn provided(&self) -> u32 {
        3
    }
}
#[allow(dead_code)]
#[instrument_fn]
fn allowed() -> u32 {
    3
}
#[instrument_fn]
#[allow(dead_code)]
fn allowed_below() -> u32 {
    3
}
#[expect(dead_code, reason = "a test")]
#[instrument_fn]
fn expected() -> Result<u32, ()> {
    Err(())
}
#[deprecated]
#[instrument_fn]
pub fn old() -> u32 {
    3
}
#[instrument_fn]
pub fn calls_the_old() -> u32 {
    old()
}
#[instrument_fn]
fn badName() -> u32 {
    3
}
#[instrument_fn]
fn bad_parameter(BadName: u32) -> u32 {
    BadName
}
