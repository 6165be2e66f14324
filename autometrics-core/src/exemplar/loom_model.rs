//! Model of all interleavings of threads that write an exemplar and one that reads it.

use loom::{sync::Arc, thread};

use super::{Slot, StoredExemplar};

/// Returns an exemplar whose words agree with each other, so that a torn one is recognized.
fn exemplar(number: u32) -> StoredExemplar {
    StoredExemplar {
        trace_id: u128::from(number) << 64 | u128::from(number),
        span_id: number.into(),
        seconds: number.into(),
        unix_nanos: number.into(),
    }
}

fn check(model: impl Fn() + Sync + Send + 'static) {
    let mut builder = loom::model::Builder::new();
    // One preemption between the words of a writer, and one to return to it.
    builder.preemption_bound = Some(2);
    builder.check(model);
}

#[test]
fn an_exemplar_is_read_whole_or_not_at_all() {
    check(|| {
        let slot = Arc::new(Slot::new());
        let reader = {
            let slot = Arc::clone(&slot);
            thread::spawn(move || slot.read())
        };
        let writer = {
            let slot = Arc::clone(&slot);
            thread::spawn(move || slot.write(exemplar(1)))
        };
        slot.write(exemplar(2));
        let read = reader.join().unwrap();
        assert!(
            read.is_none_or(|read| [1, 2].map(exemplar).contains(&read)),
            "{read:?}"
        );
        writer.join().unwrap();
        assert!(slot.read().is_some(), "one of them was first");
    });
}

#[test]
fn only_one_thread_claims_the_next_exemplar() {
    check(|| {
        let slot = Arc::new(Slot::new());
        let threads = [(); 2].map(|()| {
            let slot = Arc::clone(&slot);
            thread::spawn(move || slot.claim(0, 5))
        });
        let claims = threads.map(|thread| u32::from(thread.join().unwrap()));
        assert_eq!(claims.iter().sum::<u32>(), 1);
    });
}
