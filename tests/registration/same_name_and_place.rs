//! Functions with the same name and place are one function; others are never merged.

use std::collections::HashSet;

use autometrics::{Caller, Snapshot, instrument_fn, snapshot};

trait Kind {
    fn kind(&self) -> u8;
}

macro_rules! kinds {
    ($($of:ty)*) => {
        $(impl Kind for $of {
            #[instrument_fn]
            fn kind(&self) -> u8 {
                1
            }
        })*
    };
}

kinds!(u8 u16 u32);

struct Wrapper<T>(T);

macro_rules! wrappers {
    ($($of:ty)*) => {
        $(#[instrument_fn]
        impl Kind for Wrapper<$of> {
            fn kind(&self) -> u8 {
                let _ = &self.0;
                2
            }
        })*
    };
}

wrappers!(u8 Vec<u8> &'static str);

#[instrument_fn]
impl<T> Wrapper<T> {
    fn get(&self) -> &T {
        &self.0
    }
}

#[instrument_fn]
impl<const N: usize> Wrapper<[u8; N]> {
    fn length(&self) -> usize {
        self.0.len()
    }
}

#[instrument_fn]
fn around() {
    for _ in 0..10 {
        let _ = (1_u8.kind(), 1_u16.kind(), 1_u32.kind());
    }
}

fn calls(snapshot: &Snapshot, name: &str) -> Vec<(Caller, u64)> {
    let mut functions = snapshot.functions.iter();
    let function = functions.position(|function| function.name == name);
    let function = function.unwrap_or_else(|| panic!("{name} is not among the functions"));
    let edges = snapshot.edges.iter();
    let of_it = edges.filter(|edge| edge.function == function && edge.latency.count() > 0);
    of_it
        .map(|edge| (edge.caller, edge.latency.count()))
        .collect()
}

#[test]
fn functions_with_the_same_name_and_place_have_one_series() {
    around();
    for number in 0..12_u32 {
        let _ = number.kind() + u8::try_from(number).unwrap().kind();
    }
    let _ = (Wrapper(1).kind_of_u8(), Wrapper(vec![1]).kind());
    let _ = (Wrapper("a").kind(), Wrapper("a").kind());
    let _ = (Wrapper('c').get(), Wrapper([1_u8; 3]).length());

    let snapshot = snapshot();
    let names: Vec<&str> = snapshot.functions.iter().map(|it| &*it.name).collect();
    let caller = names.iter().position(|name| *name == "around").unwrap();
    assert_eq!(
        calls(&snapshot, "kind"),
        [(Caller::None, 24), (Caller::Function(caller), 30)]
    );
    assert_eq!(calls(&snapshot, "Wrapper<u8>::kind"), [(Caller::None, 1)]);
    assert_eq!(
        calls(&snapshot, "Wrapper<Vec<u8>>::kind"),
        [(Caller::None, 1)]
    );
    assert_eq!(calls(&snapshot, "Wrapper<&str>::kind"), [(Caller::None, 2)]);
    assert_eq!(calls(&snapshot, "Wrapper::get"), [(Caller::None, 1)]);
    assert_eq!(
        calls(&snapshot, "Wrapper<[u8; N]>::length"),
        [(Caller::None, 1)]
    );
    assert!(snapshot.functions.iter().all(|function| !function.collides));

    let text = autometrics::prometheus::encode(&snapshot, autometrics::prometheus::Format::Text);
    let mut series = HashSet::new();
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        let (name, _) = line.rsplit_once(' ').unwrap();
        assert!(series.insert(name), "twice: {name}");
    }
}

impl Wrapper<u8> {
    fn kind_of_u8(&self) -> u8 {
        self.kind()
    }
}
