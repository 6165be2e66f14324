// Answers of the mock about a function: its series, its neighbours, its queries.

import { quantile, quantiles as allQuantiles, within } from "./simulation.mjs";
import { ofFunction } from "./flows.mjs";
import { edges, head, rows } from "./tables.mjs";

export function series(sim, at, id, range) {
  const f = sim.byId.get(id);
  const step = range === 300 ? 1 : 30;
  const count = range / step;
  const end = Math.floor(at / step) * step;
  const times = Array.from({ length: count }, (_, i) => end - (count - 1 - i) * step);
  const moments = times.map((t) => (t < sim.start ? null : sim.moment(t).functions.get(id)));
  const of = (take) => moments.map((m) => (m ? take(m) : null));
  const quantiles = (q) => of((m) => (m.rate > 0 ? quantile(q, m.mean) : null));
  const kinds = f.breakable ? [["CardDeclined", 0.25], ["Timeout", 0.75]] : f.errors ? [["", 1]] : [];
  return {
    ...head(sim, at), id, range_seconds: range, step_seconds: step, times,
    ok_per_second: of((m) => m.rate - m.errors), errors_per_second: of((m) => m.errors),
    error_kinds: kinds.map(([kind, part]) => ({ kind, per_second: of((m) => m.errors * part) })),
    in_flight: f.tracked ? of((m) => Math.round(m.rate * m.mean)) : null,
    p50_seconds: quantiles(0.5), p95_seconds: quantiles(0.95), p99_seconds: quantiles(0.99),
    heatmap: heatmap(times, moments, step), ...neighbours(sim, at, f), flows: ofFunction(sim, at, 60, id), promql: promql(f),
    function: rows(sim, at, 60).find((row) => row.id === id),
  };
}

const PER_OCTAVE = 4;

function heatmap(times, moments, step) {
  const every = Math.max(1, Math.floor(times.length / 60));
  const kept = times.map((_, i) => i).filter((i) => i % every === every - 1);
  const means = moments.filter((m) => m && m.rate > 0).map((m) => m.mean);
  const rowOf = (seconds) => Math.floor(Math.log2(seconds) * PER_OCTAVE);
  const [from, to] = means.length ? [rowOf(Math.min(...means) / 5), rowOf(Math.max(...means) * 4)] : [0, -2];
  const bounds = Array.from({ length: to - from + 2 }, (_, i) => 2 ** ((from + i) / PER_OCTAVE));
  const rows = bounds.slice(1);
  const column = (m) => rows.map((upper, i) => Math.round((within(m.mean, upper) - within(m.mean, bounds[i])) * m.rate * step * every));
  const mean = means.length ? means.reduce((sum, one) => sum + one, 0) / means.length : null;
  return {
    times: kept.map((i) => times[i]), step_seconds: step * every, rows_per_octave: PER_OCTAVE, bounds_seconds: bounds,
    calls: kept.map((i) => (moments[i] && moments[i].rate > 0 ? column(moments[i]) : rows.map(() => 0))), ...allQuantiles(mean),
  };
}

function neighbours(sim, at, f) {
  const all = edges(sim, at, 60).filter((edge) => edge.seen);
  const rate = sim.mean(at, 60, (m) => m.functions.get(f.id).rate);
  const time = sim.mean(at, 60, (m) => m.functions.get(f.id).rate * m.functions.get(f.id).mean);
  const numbers = (edge) => ({
    overflow: edge.overflow, calls_per_second: edge.calls_per_second, error_ratio: edge.error_ratio, mean_seconds: edge.mean_seconds,
    ...allQuantiles(edge.mean_seconds),
  });
  const byShare = (a, b) => b.share - a.share;
  return {
    callers: all.filter((edge) => edge.callee === f.id)
      .map((edge) => ({ id: edge.caller, ...numbers(edge), share: edge.calls_per_second / rate })).sort(byShare),
    callees: all.filter((edge) => edge.caller === f.id)
      .map((edge) => ({ id: edge.callee, ...numbers(edge), share: (edge.calls_per_second * edge.mean_seconds) / time })).sort(byShare),
  };
}

function promql(f) {
  const labels = `function="${f.name.replace(/["\\]/g, "\\$&")}",module="${f.module}",service_name="shop"`;
  const duration = "function_calls_duration_seconds";
  const bucket = (q) =>
    `histogram_quantile(${q}, sum(rate(${duration}{${labels}}[5m]))) or histogram_quantile(${q}, sum by (le) (rate(${duration}_bucket{${labels}}[5m])))`;
  return [
    { title: "calls per second, by result", query: `sum by (result) (rate(function_calls_total{${labels}}[5m]))` },
    {
      title: "error ratio",
      query: `sum(rate(function_calls_total{${labels},result="error"}[5m]))\n  / (sum(rate(function_calls_total{${labels}}[5m])) > 0)`,
    },
    { title: "95th percentile of the latency", query: bucket(0.95) },
    { title: "who calls it", query: `sum by (caller_function, caller_module) (rate(function_calls_total{${labels}}[5m]))` },
  ];
}
