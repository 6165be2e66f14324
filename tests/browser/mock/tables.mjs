// Answers of the mock about functions and the call graph.

import { quantile, quantiles } from "./simulation.mjs";

const COMMIT = "9f2c1ab04d7e6a55c3b1f0e8d2a49b7761c0e3f4";
const REPOSITORY = "https://git.example/shop/shop";

/** Returns the fields that all answers begin with. */
export function head(sim, at) {
  return {
    at, since: Math.max(sim.start, at - 21600),
    service: { name: "shop", version: "2.4.1", commit: COMMIT, branch: "main", repository_url: REPOSITORY },
  };
}

export function windowed(sim, at, window) {
  return { ...head(sim, at), window_seconds: window, covered_seconds: Math.max(0, Math.min(window, at - sim.start)) };
}

/** Returns an object per function, as in `functions`. */
export function rows(sim, at, window) {
  const whole = sim.functions.reduce((sum, f) => sum + self(sim, at, window, f), 0);
  return sim.functions.map((f) => row(sim, at, window, f, whole)).sort((a, b) => compare(a.id, b.id));
}

function self(sim, at, window, f) {
  return sim.mean(at, window, (m) => m.functions.get(f.id).rate * m.functions.get(f.id).own);
}

function row(sim, at, window, f, whole) {
  const pick = (name) => sim.mean(at, window, (m) => m.functions.get(f.id)[name]);
  const rate = pick("rate");
  const errors = pick("errors");
  const called = rate > 0;
  const time = sim.mean(at, window, (m) => m.functions.get(f.id).rate * m.functions.get(f.id).mean);
  const mean = called ? time / rate : null;
  const own = self(sim, at, window, f);
  const age = at - sim.start;
  return {
    id: f.id, module: f.module, name: f.name, file: f.file, line: f.line,
    source_url: f.file.includes("<") ? null : `${REPOSITORY}/blob/${COMMIT}/${f.file}#L${f.line}`,
    objectives: f.objectives, called,
    calls_total: Math.round(rate * age), errors_total: Math.round(errors * age),
    cancelled_total: f.tracked ? cancelledOf(rate * age) : null,
    in_flight: f.tracked ? Math.round(time) : null,
    calls_per_second: rate, errors_per_second: errors, error_ratio: called ? errors / rate : null,
    p50_seconds: called ? quantile(0.5, mean) : null, p95_seconds: called ? quantile(0.95, mean) : null,
    p99_seconds: called ? quantile(0.99, mean) : null, mean_seconds: mean,
    time_per_second: time, self_time_per_second: own, self_share: whole > 0 ? own / whole : null,
    sparkline: Array.from({ length: 30 }, (_, i) => {
      const t = at - 300 + i * 10 + 5;
      return t < sim.start ? 0 : sim.moment(t).functions.get(f.id).rate;
    }),
  };
}

/** Returns the number of cancelled calls among calls of an async function. */
export function cancelledOf(calls) {
  return Math.round(calls * 0.002);
}

export function graph(sim, at, window) {
  const nodes = rows(sim, at, window).map((f) => ({
    id: f.id, module: f.module, name: f.name, objectives: f.objectives, called: f.called,
    calls_per_second: f.calls_per_second, error_ratio: f.error_ratio, p95_seconds: f.p95_seconds,
  }));
  return { ...windowed(sim, at, window), nodes, edges: edges(sim, at, window) };
}

/** Returns all edges, sorted by caller. Those from callers that are not instrumented are first. */
export function edges(sim, at, window) {
  const outside = sim.functions.filter((f) => f.entry > 0).map((f) => {
    const inner = sim.incoming.get(f.id) ?? [];
    const rate = sim.mean(at, window, (m) =>
      inner.reduce((rest, call) => rest - m.edges.get(call).rate, m.functions.get(f.id).rate));
    const of = (name) => sim.mean(at, window, (m) => m.functions.get(f.id)[name]);
    return edge(sim, at, { caller: null, callee: f.id }, { rate, errors: of("errors") * (rate / of("rate")), mean: of("mean") }, false);
  });
  const inside = sim.calls.map((call) => {
    const of = (name) => sim.mean(at, window, (m) => m.edges.get(call)[name]);
    return edge(sim, at, call, { rate: of("rate"), errors: of("errors"), mean: of("mean") }, true);
  });
  return [...outside, ...inside].sort((a, b) => compare(a.caller ?? "", b.caller ?? "") || compare(a.callee, b.callee));
}

function edge(sim, at, { caller, callee }, { rate, errors, mean }, inCode) {
  const seen = rate > 0;
  return {
    caller, overflow: false, callee, seen, in_code: inCode, calls_total: Math.round(rate * (at - sim.start)),
    calls_per_second: rate, errors_per_second: errors, error_ratio: seen ? errors / rate : null, mean_seconds: seen ? mean : null, ...quantiles(seen ? mean : null),
  };
}

export function compare(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}
