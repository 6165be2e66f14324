// Numbers of an imagined program at any moment. They depend on the time only, so that tests can
// stop it.

const SIGMA = 0.55;

/** A program that runs since `start`, with a gateway that fails from `incident` on. Both are Unix seconds. */
export class Simulation {
  constructor(program, { start, incident }) {
    Object.assign(this, program, { start, incident });
    this.byId = new Map(this.functions.map((f) => [f.id, f]));
    this.outgoing = group(this.calls, (call) => call.caller);
    this.incoming = group(this.calls, (call) => call.callee);
    this.cache = new Map();
  }

  /** Returns the state at a moment, by function and by edge: calls and errors per second, and mean seconds. */
  moment(t) {
    const second = Math.floor(t);
    if (this.cache.has(second)) return this.cache.get(second);
    const state = this.compute(second);
    if (this.cache.size > 30_000) this.cache.clear();
    this.cache.set(second, state);
    return state;
  }

  compute(t) {
    const load = 1 + 0.22 * Math.sin(t / 71) + 0.1 * Math.sin(t / 13.7);
    const failing = t >= this.incident ? 0.22 + 0.05 * Math.sin(t / 23) : 0;
    const functions = new Map();
    const edges = new Map();
    const visit = (id) => {
      if (functions.has(id)) return functions.get(id);
      const f = this.byId.get(id);
      let rate = f.entry * load * (1 + 0.25 * noise(t, f.line));
      for (const call of this.incoming.get(id) ?? []) rate += visit(call.caller).rate * call.times;
      const errors = rate * (f.errors + (f.breakable ? failing * (f.name === "Gateway::authorize" ? 1 : 0.95) : 0));
      const own = f.own * (1 + 0.2 * noise(t, f.line + 500)) * (f.breakable && f.name === "Gateway::authorize" && failing ? 4.2 : 1);
      const state = { rate, errors, own, mean: 0 };
      functions.set(id, state);
      return state;
    };
    for (const f of this.functions) visit(f.id);
    const mean = (id) => {
      const state = functions.get(id);
      if (!state.mean) {
        state.mean = state.own;
        for (const call of this.outgoing.get(id) ?? []) state.mean += call.times * mean(call.callee);
      }
      return state.mean;
    };
    for (const f of this.functions) mean(f.id);
    for (const call of this.calls) {
      const rate = functions.get(call.caller).rate * call.times;
      const callee = functions.get(call.callee);
      const ratio = callee.rate ? callee.errors / callee.rate : 0;
      edges.set(call, { rate, errors: rate * ratio, mean: callee.mean });
    }
    return { functions, edges };
  }

  /** Returns the mean of `pick` over up to 240 moments of a window that ends at `at`. */
  mean(at, window, pick) {
    const from = Math.max(this.start, at - window);
    const count = Math.min(240, Math.max(1, Math.floor(at - from)));
    let sum = 0;
    for (let i = 0; i < count; i++) sum += pick(this.moment(from + ((i + 0.5) * (at - from)) / count));
    return sum / count;
  }
}

/** Returns the share of calls with this mean that end within `bound`, for a log-normal distribution. */
export function within(mean, bound) {
  const median = mean / Math.exp((SIGMA * SIGMA) / 2);
  return normal(Math.log(bound / median) / SIGMA);
}

/** Distances of the quantiles from the median, in standard deviations. */
const DEVIATIONS = { 0.5: 0, 0.95: 1.645, 0.99: 2.326 };

/** Returns a quantile as the explorer computes it: the middle of its fine bucket, with eight buckets per octave. */
export function quantile(q, mean) {
  const exact = (mean / Math.exp((SIGMA * SIGMA) / 2)) * Math.exp(DEVIATIONS[q] * SIGMA);
  return 2 ** ((Math.ceil(Math.log2(exact) * 8) - 0.5) / 8);
}

/** Returns the quantiles of calls with this mean, as in the API. */
export function quantiles(mean) {
  const of = (q) => (mean === null ? null : quantile(q, mean));
  return { p50_seconds: of(0.5), p95_seconds: of(0.95), p99_seconds: of(0.99) };
}

function normal(z) {
  // Abramowitz and Stegun 7.1.26, with an error of less than 1.5e-7.
  const x = Math.abs(z) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * x);
  const y = 1 - ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t * Math.exp(-x * x);
  return z < 0 ? (1 - y) / 2 : (1 + y) / 2;
}

/** Returns a number between -1 and 1 that depends on the arguments only. */
function noise(t, seed) {
  const x = Math.sin(t * 12.9898 + seed * 78.233) * 43758.5453;
  return 2 * (x - Math.floor(x)) - 1;
}

export function group(items, key) {
  const groups = new Map();
  for (const item of items) {
    const of = key(item);
    if (!groups.has(of)) groups.set(of, []);
    groups.get(of).push(item);
  }
  return groups;
}
