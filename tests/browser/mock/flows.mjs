// Answers of the mock about flows: each route, and the functions that it reaches.

import { compare, windowed } from "./tables.mjs";

/** Returns the names of the flows and the parts of the calls of each function that are in them: `name -> (id -> share)`. */
function shares(sim) {
  if (sim.shares) return sim.shares;
  const reached = new Map();
  for (const f of sim.functions.filter((f) => f.flow && f.entry > 0)) {
    const calls = new Map();
    const visit = (id, number) => {
      calls.set(id, (calls.get(id) ?? 0) + number);
      for (const call of sim.outgoing.get(id) ?? []) if (call.times > 0) visit(call.callee, number * call.times);
    };
    visit(f.id, f.entry);
    reached.set(f.flow, calls);
  }
  const all = new Map();
  const visit = (id) => {
    const inner = sim.incoming.get(id) ?? [];
    if (!all.has(id)) all.set(id, inner.reduce((sum, call) => sum + visit(call.caller) * call.times, sim.byId.get(id).entry));
    return all.get(id);
  };
  sim.shares = new Map([...reached].map(([name, calls]) => [name, new Map([...calls].map(([id, number]) => [id, number / visit(id)]))]));
  return sim.shares;
}

/** Returns the numbers of a function in a flow with this share of its calls. */
function counted(sim, at, window, id, share) {
  const pick = (name) => sim.mean(at, window, (m) => m.functions.get(id)[name]);
  const [rate, errors] = [pick("rate") * share, pick("errors") * share];
  return { calls_per_second: rate, errors_per_second: errors, error_ratio: rate > 0 ? errors / rate : null, mean_seconds: rate > 0 ? pick("mean") : null, share };
}

export function flows(sim, at, window) {
  const rows = [...shares(sim)].map(([name, functions]) => {
    const reached = [...functions].map(([id, share]) => ({ id, ...counted(sim, at, window, id, share) }));
    const sum = (key) => reached.reduce((all, f) => all + f[key], 0);
    const [calls, errors] = [sum("calls_per_second"), sum("errors_per_second")];
    return {
      name, calls_total: Math.round(calls * (at - sim.start)), calls_per_second: calls, errors_per_second: errors,
      error_ratio: calls > 0 ? errors / calls : null, functions: reached.sort((a, b) => compare(a.id, b.id)),
    };
  });
  return { ...windowed(sim, at, window), counted: rows.length > 0, flows: rows.sort((a, b) => compare(a.name, b.name)) };
}

/** Returns the rows of the functions that a flow reaches, of all `rows`. */
export function inFlow(sim, at, window, rows, flow) {
  const functions = shares(sim).get(flow) ?? new Map();
  return rows.filter((f) => functions.has(f.id)).map((f) => {
    const { share, ...numbers } = counted(sim, at, window, f.id, functions.get(f.id));
    return {
      ...f, ...numbers, calls_total: Math.round(f.calls_total * share), errors_total: Math.round(f.errors_total * share),
      cancelled_total: null, in_flight: null, p50_seconds: null, p95_seconds: null, p99_seconds: null,
      time_per_second: f.time_per_second * share, self_time_per_second: null, self_share: null, sparkline: f.sparkline.map((value) => value * share),
    };
  });
}

/** Returns the flows that a function serves, as in `series`. */
export function ofFunction(sim, at, window, id) {
  const served = [...shares(sim)].filter(([, functions]) => functions.has(id));
  return served.map(([name, functions]) => {
    const { errors_per_second: _, ...numbers } = counted(sim, at, window, id, functions.get(id));
    return { name, ...numbers };
  }).sort((a, b) => compare(a.name, b.name));
}

/** Returns the flow in which a function is called most; null if there is none. */
export function mainFlow(sim, id) {
  const served = [...shares(sim)].filter(([, functions]) => functions.has(id));
  return served.sort((a, b) => b[1].get(id) - a[1].get(id))[0]?.[0] ?? null;
}
