// Columns of the functions view: contents, sort order, and the values of a module's row.

import { html } from "../elements.js";
import { Bar, severity, Sparkline } from "../parts/bars.js";
import { count, duration, load, rate, ratio, share } from "../units.js";

// `of` returns the number to sort by, `wide` columns are hidden on narrow screens, and `sum` is for a module's row.
export const COLUMNS = [
  { key: "name", title: "Function", of: (f) => f.name },
  { key: "rate", title: "Calls/s", of: (f) => f.calls_per_second, show: rate, sum: true },
  { key: "errors", title: "Errors", of: (f) => f.error_ratio, show: (value) => errors(value), sum: true },
  { key: "p50", title: "p50", of: (f) => f.p50_seconds, show: duration, wide: true },
  { key: "p95", title: "p95", of: (f) => f.p95_seconds, show: duration },
  { key: "p99", title: "p99", of: (f) => f.p99_seconds, show: duration, wide: true },
  { key: "flight", title: "In flight", of: (f) => f.in_flight, show: count, wide: true, sum: true },
  { key: "self", title: "Self time", hint: "its own time per second, without the time of instrumented functions that it calls", of: (f) => f.self_time_per_second, show: load, wide: true, sum: true },
  { key: "share", title: "Share", hint: "of the self time of all functions", of: (f) => f.self_share, show: (value) => shareOf(value), wide: true, sum: true },
  { key: "trend", title: "Last 5 min", hint: "calls per second", of: null, wide: true, sum: true },
];

/** Columns of the functions that a flow reached. Other numbers are not known for one flow. */
export const FLOW_COLUMNS = [
  ...COLUMNS.slice(0, 3),
  { key: "mean", title: "Mean", hint: "mean latency of the calls in the flow", of: (f) => f.mean_seconds, show: duration },
  { key: "time", title: "Time", hint: "time of the calls in the flow, per second, with the functions that they call", of: (f) => f.time_per_second, show: load, wide: true },
  COLUMNS.at(-1),
];

/** Returns a comparison function. Functions without a number come last in either direction. */
export function byColumn(columns, key, up) {
  const { of } = columns.find((column) => column.key === key);
  return (a, b) => {
    const [x, y] = [of(a), of(b)];
    if (x === y) return a.id < b.id ? -1 : 1;
    if (x === null || y === null) return x === null ? 1 : -1;
    const order = typeof x === "string" ? compareNames(x, y) : x - y;
    return up ? order : -order;
  };
}

function compareNames(x, y) {
  return x.localeCompare(y, "en", { sensitivity: "base", numeric: true }) || (x < y ? -1 : 1);
}

/** Returns the functions of a module as one function, for numbers that can be added up. */
export function summed(id, name, functions) {
  const sum = (key) => functions.reduce((all, f) => all + (f[key] ?? 0), 0);
  const most = (key) => functions.reduce((all, f) => (f[key] !== null && (all === null || f[key] > all) ? f[key] : all), null);
  const [calls, errors] = [sum("calls_per_second"), sum("errors_per_second")];
  return {
    id, name, calls_per_second: calls, errors_per_second: errors, error_ratio: calls > 0 ? errors / calls : null,
    in_flight: functions.some((f) => f.in_flight !== null) ? sum("in_flight") : null,
    // Latencies of several functions cannot be added up: the maximum only determines the sort order of modules.
    p50_seconds: most("p50_seconds"), p95_seconds: most("p95_seconds"), p99_seconds: most("p99_seconds"), self_time_per_second: functions.some((f) => f.self_time_per_second !== null) ? sum("self_time_per_second") : null,
    mean_seconds: most("mean_seconds"), time_per_second: most("time_per_second"),
    self_share: functions.some((f) => f.self_share !== null) ? sum("self_share") : null,
    sparkline: functions[0].sparkline.map((_, i) => functions.reduce((all, f) => all + f.sparkline[i], 0)),
  };
}

/** Cells of a row, except the first. */
export function Cells({ columns, of: f, module = false }) {
  return columns.slice(1).map((column) => {
    const kind = column.wide ? "number wide" : "number";
    if (module && !column.sum) return html`<td key=${column.key} class=${kind}></td>`;
    if (column.key === "trend") return html`<td key="trend" class="trend wide"><${Sparkline} values=${f.sparkline} /></td>`;
    const value = column.of(f);
    return html`<td key=${column.key} class=${value === null ? `${kind} unknown` : kind} data-column=${column.key}>${column.show(value)}</td>`;
  });
}

function errors(value) {
  return html`<span class=${`errors ${severity(value)}`}>${ratio(value)}</span>`;
}

function shareOf(value) {
  return html`<span class="share"><${Bar} share=${value} /><span>${share(value)}</span></span>`;
}
