use crate::{folder::Folder, program::*};
use slo_spec::rules::{Options, Slo, Window};
use std::time::Duration;
#[test]
fn scratch() {
    let options = Options {
        exhausted: true,
        exhaustion_within: Some(Window::days(2)),
        absent: false,
        min_bad_events: 1,
        grouping: vec!["cluster".to_owned(), "service_name".to_owned()],
        ..Options::default()
    };
    let f = Folder::generated(
        &[packaged(Slo::new("api", Window::days(7)))
            .owner("payments")
            .sli(success("api", 99.9))
            .sli(latency("api", 90.0, Duration::from_millis(180)))],
        &options,
    );
    std::fs::create_dir_all("/tmp/x").unwrap();
    for n in ["rules.yml", "tests.yml"] {
        std::fs::write(format!("/tmp/x/{n}"), f.get(n)).unwrap();
    }
    let slos: Vec<_> = (0..100)
        .map(|i| {
            let n = format!("o{i}");
            let d = [7, 30, 90][i % 3];
            packaged(Slo::new(&n, Window::days(d)))
                .owner("payments")
                .sli(success(&n, 99.9))
                .sli(latency(&n, 90.0, Duration::from_millis(180)))
        })
        .collect();
    let t = std::time::Instant::now();
    let f = Folder::generated(&slos, &Options::default());
    println!("100 objectives {:?}", t.elapsed());
    std::fs::create_dir_all("/tmp/h").unwrap();
    for n in ["rules.yml", "tests.yml"] {
        std::fs::write(format!("/tmp/h/{n}"), f.get(n)).unwrap();
    }
    let f = Folder::generated(&slos[..5], &Options::default());
    std::fs::create_dir_all("/tmp/five").unwrap();
    for n in ["rules.yml", "tests.yml"] {
        std::fs::write(format!("/tmp/five/{n}"), f.get(n)).unwrap();
    }
}
