//! Latencies stay right while the clocks of the machine are wrong: the machine sleeps, or one of
//! them drifts.
//!
//! Each test runs itself again as a child process, with a monotonic clock that the test controls
//! (`LD_PRELOAD`). The time stamp counter and the clock of the day stay right. So latencies in the
//! exported text are compared with the clock of the day.
#![cfg(all(target_os = "linux", target_env = "gnu", target_arch = "x86_64"))]

use std::{
    env,
    fs::{self, File},
    os::unix::fs::FileExt as _,
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
    thread::sleep,
    time::{Duration, Instant, SystemTime},
};

use autometrics::{instrument_fn, prometheus};
use http::HeaderMap;

const CONTROL: &str = "CLOCK_CONTROL";
const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);

/// The monotonic clock of a child process that [`play`] has started.
struct Clock {
    control: File,
    jumped: i64,
    millionths: i64,
}

impl Clock {
    fn open(path: &Path) -> Self {
        let control = File::options().write(true).open(path);
        let mut clock = Self {
            control: control.expect("the test made it"),
            jumped: 0,
            millionths: 0,
        };
        let before = Instant::now();
        clock.jump(1_000 * SECOND);
        assert!(
            before.elapsed() > 999 * SECOND,
            "the library is not preloaded: is this program linked statically?"
        );
        clock
    }

    fn set(&self) {
        let bytes = [self.jumped.to_ne_bytes(), self.millionths.to_ne_bytes()].concat();
        self.control
            .write_all_at(&bytes, 0)
            .expect("it is writable");
    }

    /// Advances the clock, like a pause that the counter did not count.
    fn jump(&mut self, by: Duration) {
        self.jumped += i64::try_from(by.as_nanos()).unwrap();
        self.set();
    }

    /// Stops the clock for `time`, like a pause that only the counter counts.
    fn stand(&mut self, time: Duration) {
        let before = Instant::now();
        sleep(time);
        let passed = i64::try_from(before.elapsed().as_nanos()).unwrap();
        // Not all of it, because the clock would go back by the time since `elapsed`.
        self.jumped -= passed / 10 * 9;
        self.set();
    }

    /// Makes the clock run too fast by `millionths`, from now on.
    fn pace(&mut self, millionths: i64) {
        self.millionths = millionths;
        self.set();
        // The new pace takes effect at the next reading.
        let _ = Instant::now();
    }
}

/// Runs the test `name` again in a child process with such a clock, and `scenario` in it.
fn play(name: &str, scenario: fn(&mut Clock)) {
    if let Some(path) = env::var_os(CONTROL) {
        return scenario(&mut Clock::open(Path::new(&path)));
    }
    let control = folder().join(format!("{name}.control"));
    fs::write(&control, [0; 16]).expect("the folder of cargo's tests is writable");
    let output = Command::new(env::current_exe().expect("this program has a path"))
        .args(["--exact", name, "--nocapture"])
        .env(CONTROL, &control)
        .env("LD_PRELOAD", library())
        .output()
        .expect("this program can be started");
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn folder() -> &'static Path {
    Path::new(env!("CARGO_TARGET_TMPDIR"))
}

/// Returns the path of the library with the clock, which is compiled once.
fn library() -> &'static Path {
    static LIBRARY: OnceLock<PathBuf> = OnceLock::new();
    LIBRARY.get_or_init(|| {
        let compiler = env::var("CC").unwrap_or_else(|_| "cc".into());
        let library = folder().join("preloaded_clock.so");
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/clock/preloaded.c");
        let output = Command::new(&compiler)
            .args(["-shared", "-fPIC", "-O1", "-pthread", "-o"])
            .arg(&library)
            .arg(source)
            .output()
            .unwrap_or_else(|error| {
                panic!(
                    "cannot run the C compiler {compiler}: {error}. This test needs one: install gcc \
                     (Debian: `apt-get install gcc libc6-dev`), or name yours in CC"
                )
            });
        assert!(
            output.status.success(),
            "{compiler} does not compile the clock:\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        library
    })
}

#[instrument_fn]
fn nap(time: Duration) {
    sleep(time);
}

#[instrument_fn]
fn disturbed(disturb: impl FnOnce()) {
    sleep(10 * MS);
    disturb();
}

/// Returns the total seconds of calls of a function, read from a scrape.
fn seconds(name: &str) -> f64 {
    let page = prometheus::response(&HeaderMap::new()).into_body();
    let page = String::from_utf8(page).unwrap();
    let start = format!("function_calls_duration_seconds_sum{{function=\"{name}\"");
    let samples = page.lines().filter(|line| line.starts_with(&start));
    samples
        .filter_map(|line| line.rsplit_once(' ')?.1.parse::<f64>().ok())
        .sum()
}

/// Returns the latency of a call in a scrape, divided by its duration on the clock of the day.
fn ratio() -> f64 {
    let (before, began) = (seconds("nap"), SystemTime::now());
    nap(100 * MS);
    let took = began.elapsed().expect("nobody sets the clock of the day");
    (seconds("nap") - before) / took.as_secs_f64()
}

/// Asserts that latencies are right in one of three calls. A busy machine may delay two readings of
/// a clock.
#[track_caller]
fn is_right() {
    let ratios = [(); 3].map(|()| ratio());
    assert!(
        ratios.iter().any(|ratio| (0.8..1.1).contains(ratio)),
        "latency / time = {ratios:?}"
    );
}

/// Returns `true` if processor and kernel declare the counter to be reliable.
fn is_vouched_for() -> bool {
    let cpu = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let source = "/sys/devices/system/clocksource/clocksource0/available_clocksource";
    let kernel = fs::read_to_string(source).unwrap_or_default();
    cpu.split_whitespace().any(|flag| flag == "nonstop_tsc")
        && kernel.split_whitespace().any(|source| source == "tsc")
}

/// Returns `true` if calls are timed by the counter, which does not see jumps of the monotonic
/// clock.
fn is_timed_by_the_counter(clock: &mut Clock) -> bool {
    let before = seconds("disturbed");
    disturbed(|| clock.jump(100 * SECOND));
    seconds("disturbed") - before < 50.0
}

/// Makes two calls without a disturbance, during which the rate is measured.
fn calibrate() {
    nap(10 * MS);
    nap(10 * MS);
}

/// Triggers a check of the counter. Scrapes check at most once a second.
fn check() {
    sleep(SECOND + 100 * MS);
    seconds("nap");
}

#[test]
fn latencies_are_right_after_a_pause_while_the_rate_is_measured() {
    play(
        "latencies_are_right_after_a_pause_while_the_rate_is_measured",
        |clock| {
            disturbed(|| clock.jump(2 * SECOND));
            calibrate();
            is_right();
            assert_eq!(is_timed_by_the_counter(clock), is_vouched_for());
        },
    );
}

#[test]
fn latencies_are_right_after_a_pause_in_the_second_interval() {
    play(
        "latencies_are_right_after_a_pause_in_the_second_interval",
        |clock| {
            nap(10 * MS);
            disturbed(|| clock.jump(2 * SECOND));
            calibrate();
            is_right();
            assert_eq!(is_timed_by_the_counter(clock), is_vouched_for());
        },
    );
}

#[test]
fn latencies_are_right_after_the_clock_stood_while_the_rate_was_measured() {
    play(
        "latencies_are_right_after_the_clock_stood_while_the_rate_was_measured",
        |clock| {
            disturbed(|| clock.stand(200 * MS));
            calibrate();
            is_right();
            assert_eq!(is_timed_by_the_counter(clock), is_vouched_for());
        },
    );
}

#[test]
fn later_pauses_change_nothing() {
    play("later_pauses_change_nothing", |clock| {
        calibrate();
        clock.jump(60 * SECOND);
        seconds("nap");
        is_right();
        check();
        is_right();
        clock.jump(60 * SECOND);
        seconds("nap");
        assert_eq!(is_timed_by_the_counter(clock), is_vouched_for());
    });
}

#[test]
fn slow_adjustment_of_the_clock_changes_nothing() {
    play("slow_adjustment_of_the_clock_changes_nothing", |clock| {
        calibrate();
        clock.pace(500);
        check();
        check();
        is_right();
        assert_eq!(is_timed_by_the_counter(clock), is_vouched_for());
    });
}

#[test]
fn gives_up_a_wrong_rate_after_two_checks() {
    play("gives_up_a_wrong_rate_after_two_checks", |clock| {
        nap(MS);
        clock.pace(-600_000);
        // Two intervals agree on a rate that is too high by the factor 2.5.
        for _ in 0..3 {
            nap(30 * MS);
        }
        clock.pace(0);
        let wrong = ratio();
        assert_eq!(wrong < 0.5, is_vouched_for(), "latency / time = {wrong}");
        check();
        check();
        is_right();
        assert!(!is_timed_by_the_counter(clock));
    });
}

#[test]
fn gives_up_a_counter_that_changes_its_rate_after_two_checks() {
    play(
        "gives_up_a_counter_that_changes_its_rate_after_two_checks",
        |clock| {
            calibrate();
            clock.pace(20_000);
            check();
            check();
            is_right();
            assert!(!is_timed_by_the_counter(clock));
        },
    );
}
