//! This test's own program, with names of functions, objective, errors and service that would harm
//! a page that treats them as markup.

use std::{thread, time::Duration};

use autometrics::{Objective, ResultLabels, Settings, explorer, instrument_fn};

use crate::browser::check_running;

const CHECKOUT: Objective = Objective::new("<script>alert(1)</script>")
    .success_rate(99.9)
    .latency(Duration::from_millis(180), 99.0)
    .owner("\"><img src=x onerror=alert(1)>")
    .runbook("javascript:alert(1)");

#[derive(Debug, ResultLabels)]
enum Trouble {
    #[label(error = "<img src=x onerror=alert(1)>")]
    Image,
}

#[instrument_fn(name = "<script>alert(1)</script>", objective = CHECKOUT)]
fn script() -> Result<(), Trouble> {
    image();
    quotes();
    entities();
    long();
    mixed();
    Err(Trouble::Image)
}

#[instrument_fn(name = "\"><img src=x onerror=alert(1)>")]
fn image() {}

#[instrument_fn(name = r#"a"b'c`d\e{f}"#)]
fn quotes() {}

#[instrument_fn(name = "&amp;%3Cscript%3E</script><!--")]
fn entities() {}

#[instrument_fn(
    name = "größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_\
    größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_\
    größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_\
    größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_\
    größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_\
    größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_\
    größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_\
    größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_\
    größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_\
    größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_\
    größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_\
    größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_\
    größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_größe_漢字🦀_"
)]
fn long() {}

#[instrument_fn(name = "naïve_函数_🦀\u{202e}")]
fn mixed() {}

#[instrument_fn(name = "<b>never</b>")]
#[expect(dead_code, reason = "what is never called is listed, too")]
fn never() {}

#[test]
fn names_of_a_real_program_are_shown_as_text() {
    let service = "<script>alert(1)</script> & sons";
    Settings::new().service_name(service).apply().unwrap();
    let page = explorer::serve("127.0.0.1:0").unwrap();
    thread::spawn(|| {
        loop {
            script().unwrap_err();
            thread::sleep(Duration::from_millis(20));
        }
    });
    check_running("running/names.test.mjs", page.local_addr());
}
