//! Follows functions and edges from one snapshot to the next, and calculates the rise of each
//! counter.

use autometrics_core::{self as core, Caller, Histogram, Outcome, Snapshot};

use super::{
    Edge, Flow, Function, GoodBad, History, Kind, PromiseCounts, Steps,
    counted::{nanos, write},
    latencies::Latencies,
    name::bare_name,
    series::Rollup,
    snapshot_reader::{Counts, Part, Route, SnapshotReader},
};

impl SnapshotReader {
    /// Finds the functions and edges of `snapshot` in `history`, adds new ones, and reads their
    /// counts.
    pub(super) fn read(&mut self, history: &mut History, snapshot: &Snapshot) {
        history.service.clone_from(&snapshot.service_name);
        history.build.clone_from(&snapshot.build);
        self.functions.resize(snapshot.functions.len(), usize::MAX);
        for (at, function) in snapshot.functions.iter().enumerate() {
            self.follow_function(history, at, function);
        }
        self.clear(history);
        self.read_objective_calls(history, snapshot);
        // Routes of edges whose index changed are found again, one by one.
        for (at, edge) in snapshot.edges.iter().enumerate() {
            let calls = edge.latency.count();
            if calls == 0 {
                continue;
            }
            let Some(route) = self.route(history, at, edge) else {
                continue;
            };
            let is_error = edge.outcome != Outcome::Ok;
            self.now.edges[route.edge].add(Flow {
                calls,
                errors: if is_error { calls } else { 0 },
                nanos: nanos(edge.latency.sum()),
            });
            if let Some(kind) = route.kind {
                self.now.kinds[route.callee][kind] += calls;
            }
            self.parts.push(Part {
                callee: route.callee,
                edge: route.edge,
                at,
            });
        }
        self.parts.sort_unstable();
    }

    /// Reads the good and bad calls. A promise keeps its index within its function.
    fn read_objective_calls(&mut self, history: &mut History, snapshot: &Snapshot) {
        for now in snapshot.objective_calls() {
            let Some(&place) = self.functions.get(now.function) else {
                continue;
            };
            let known = &mut history.functions[place].promises;
            let same = |it: &PromiseCounts| it.sli == now.sli && it.objective == now.objective;
            let at = known.iter().position(same).unwrap_or_else(|| {
                known.push(PromiseCounts {
                    objective: now.objective,
                    sli: now.sli,
                    total: GoodBad::default(),
                    series: None,
                });
                known.len() - 1
            });
            let counts = &mut self.now.promises[place];
            counts.resize(known.len().max(counts.len()), GoodBad::default());
            counts[at] = GoodBad {
                good: now.good,
                bad: now.bad,
            };
        }
    }

    fn follow_function(&mut self, history: &mut History, at: usize, function: &core::Function) {
        let known = history.functions.get(self.functions[at]);
        let is_same = |known: &Function| {
            known.name == function.name
                && known.module == function.module
                && known.line == function.line
                && known.file == function.file
        };
        if !known.is_some_and(is_same) {
            self.functions[at] = self.place(history, function);
        }
        let known = &mut history.functions[self.functions[at]];
        known.in_flight = function.in_flight;
        known.cancelled = function.cancelled.as_ref().map(Histogram::count);
    }

    /// Returns the index in the history of a function that moved in the snapshot, and adds the
    /// function if it is new.
    fn place(&mut self, history: &mut History, function: &core::Function) -> usize {
        let name = bare_name(function).to_owned();
        let key = (
            function.module.clone(),
            name.into(),
            function.file.clone(),
            function.line,
        );
        let next = history.functions.len();
        let place = *self.places.entry(key).or_insert(next);
        if place == next {
            history.functions.push(Function::new(function));
        }
        // A function that registers late may have the same name. Then file and line are appended to
        // both names.
        let known = &mut history.functions[place];
        known.name.clone_from(&function.name);
        known.id = format!("{}::{}", function.module, function.name);
        place
    }

    fn route(&mut self, history: &mut History, at: usize, edge: &core::Edge) -> Option<Route> {
        let callee = *self.functions.get(edge.function)?;
        let caller = match edge.caller {
            Caller::Function(caller) => Caller::Function(*self.functions.get(caller)?),
            Caller::Overflow => Caller::Overflow,
            // The page covers this program only, so calls by remote callers count as calls without
            // a caller.
            _ => Caller::None,
        };
        let is_error = edge.outcome != Outcome::Ok;
        let error = is_error.then(|| edge.outcome.error().unwrap_or_default());
        if let Some(route) = self.routes.get(at) {
            let kinds = &history.functions[callee].kinds;
            let kind = route
                .kind
                .map(|kind| kinds.get(kind).map(|kind| &*kind.name));
            if (route.callee, route.caller) == (callee, caller) && kind == error.map(Some) {
                return Some(*route);
            }
        }
        let next = history.edges.len();
        let edge_place = *history.by_pair.entry((callee, caller)).or_insert(next);
        if edge_place == next {
            history.edges.push(Edge::new(callee, caller));
            self.now.edges.push(Flow::default());
        }
        let route = Route {
            callee,
            caller,
            edge: edge_place,
            kind: error.map(|error| self.kind(&mut history.functions[callee], callee, error)),
        };
        let missing = (at + 1).saturating_sub(self.routes.len());
        self.routes.extend(std::iter::repeat_n(route, missing));
        self.routes[at] = route;
        Some(route)
    }

    fn kind(&mut self, function: &mut Function, place: usize, name: &str) -> usize {
        let known = function.kinds.iter().position(|kind| kind.name == name);
        known.unwrap_or_else(|| {
            function.kinds.push(Kind {
                name: name.to_owned().into(),
                total: 0,
                series: None,
            });
            self.now.kinds[place].push(0);
            function.kinds.len() - 1
        })
    }

    fn clear(&mut self, history: &History) {
        let Counts {
            kinds,
            promises,
            edges,
        } = &mut self.now;
        self.parts.clear();
        kinds.resize(history.functions.len(), Vec::new());
        for (kinds, function) in kinds.iter_mut().zip(&history.functions) {
            kinds.clear();
            kinds.resize(function.kinds.len(), 0);
        }
        promises.resize(history.functions.len(), Vec::new());
        for (promises, function) in promises.iter_mut().zip(&history.functions) {
            promises.clear();
            promises.resize(function.promises.len(), GoodBad::default());
        }
        edges.clear();
        edges.resize(history.edges.len(), Flow::default());
    }

    /// Writes the rise of each counter as a step of `history`.
    pub(super) fn write(&mut self, history: &mut History, snapshot: &Snapshot, ends_coarse: bool) {
        let steps = history.steps;
        for (edge, now) in history.edges.iter_mut().zip(&self.now.edges) {
            let rise = now.since(edge.total);
            write(&mut edge.series, &rise, Rollup::Sum, ends_coarse, steps);
        }
        self.read_latencies(history, snapshot, |function, row| {
            write(&mut function.latency, row, Rollup::Sum, ends_coarse, steps);
        });
        for (place, function) in history.functions.iter_mut().enumerate() {
            if let Some(in_flight) = function.in_flight {
                let row = [in_flight];
                write(
                    &mut function.flights,
                    &row,
                    Rollup::Last,
                    ends_coarse,
                    steps,
                );
            }
            for (kind, &now) in function.kinds.iter_mut().zip(&self.now.kinds[place]) {
                let rise = [now.saturating_sub(kind.total)];
                write(&mut kind.series, &rise, Rollup::Sum, ends_coarse, steps);
            }
            for (promise, &now) in function.promises.iter_mut().zip(&self.now.promises[place]) {
                let rise = now.since(promise.total);
                write(&mut promise.series, &rise, Rollup::Sum, ends_coarse, steps);
            }
        }
    }

    /// Calls `write` with each function and the latencies of its calls since the previous snapshot.
    pub(super) fn read_latencies(
        &mut self,
        history: &mut History,
        snapshot: &Snapshot,
        mut write: impl FnMut(&mut Function, &Latencies),
    ) {
        let mut rest = &*self.parts;
        for (place, function) in history.functions.iter_mut().enumerate() {
            let parts;
            (parts, rest) = rest.split_at(rest.partition_point(|part| part.callee <= place));
            let latencies = parts.iter().map(|part| &snapshot.edges[part.at].latency);
            latencies.for_each(|latency| self.sums.add_histogram(latency, &snapshot.bounds));
            function.latencies.rise_to(&mut self.sums, &mut self.row);
            write(function, &self.row);
        }
    }

    /// Writes the latencies of edges as a step of `history`.
    pub(super) fn write_edges(
        &mut self,
        history: &mut History,
        snapshot: &Snapshot,
        ends_coarse: bool,
        steps: Steps,
    ) {
        self.read_edges(history, snapshot, |edge, row| {
            write(&mut edge.latency, row, Rollup::Sum, ends_coarse, steps);
        });
    }

    /// Calls `write` with each edge and the latencies of its calls since the last step.
    pub(super) fn read_edges(
        &mut self,
        history: &mut History,
        snapshot: &Snapshot,
        mut write: impl FnMut(&mut Edge, &Latencies),
    ) {
        for (place, edge) in history.edges.iter_mut().enumerate() {
            let parts = parts_of(&self.parts, edge.callee, place);
            let latencies = parts.iter().map(|part| &snapshot.edges[part.at].latency);
            latencies.for_each(|latency| self.sums.add_histogram(latency, &snapshot.bounds));
            edge.latencies.rise_to(&mut self.sums, &mut self.row);
            write(edge, &self.row);
        }
    }

    /// Returns the latencies in the last snapshot of an edge of the history.
    pub(super) fn latencies<'a>(
        &'a self,
        callee: usize,
        edge: usize,
        snapshot: &'a Snapshot,
    ) -> impl Iterator<Item = &'a Histogram> {
        let parts = parts_of(&self.parts, callee, edge).iter();
        parts.map(|part| &snapshot.edges[part.at].latency)
    }

    /// Stores the counts that the next step is compared with.
    pub(super) fn keep_totals(&mut self, history: &mut History) {
        for (place, function) in history.functions.iter_mut().enumerate() {
            for (kind, &now) in function.kinds.iter_mut().zip(&self.now.kinds[place]) {
                kind.total = kind.total.max(now);
            }
            for (promise, &now) in function.promises.iter_mut().zip(&self.now.promises[place]) {
                promise.total.good = promise.total.good.max(now.good);
                promise.total.bad = promise.total.bad.max(now.bad);
            }
        }
        for (edge, now) in history.edges.iter_mut().zip(&self.now.edges) {
            history.functions[edge.callee].called = true;
            let total = &mut edge.total;
            total.calls = total.calls.max(now.calls);
            total.errors = total.errors.max(now.errors);
            total.nanos = total.nanos.max(now.nanos);
        }
    }
}

/// Returns the edges of the snapshot that belong to one edge of the history.
fn parts_of(parts: &[Part], callee: usize, edge: usize) -> &[Part] {
    let wanted = (callee, edge);
    let from = parts.partition_point(|part| (part.callee, part.edge) < wanted);
    let rest = &parts[from..];
    let end = rest
        .iter()
        .position(|part| (part.callee, part.edge) != wanted);
    &rest[..end.unwrap_or(rest.len())]
}
