// Answers of the mock about objectives, and about suspects when an objective burns.

import { within } from "./simulation.mjs";
import { cancelledOf, windowed } from "./tables.mjs";

const WINDOWS = [60, 300, 1800, 3600, 21600];
const TIERS = [["page", "fast", 14.4, 3600, 300], ["page", "slow", 6, 21600, 1800], ["ticket", "fast", 3, 86400, 7200], ["ticket", "slow", 1, 259200, 21600]];
const DETAILS = {
  browse: { owner: null, runbook: null, success: 0.99, latency: [0.05, 0.95] },
  checkout: { owner: "payments", runbook: "https://wiki.example/checkout", success: 0.999, latency: [0.25, 0.99] },
};

export function objectives(sim, at, window) {
  const names = [...new Set(sim.functions.flatMap((f) => f.objectives))].sort();
  return { ...windowed(sim, at, window), objectives: names.map((name) => objective(sim, at, name)) };
}

function objective(sim, at, name) {
  const details = DETAILS[name];
  const members = sim.functions.filter((f) => f.objectives.includes(name));
  return {
    name, owner: details.owner, runbook: details.runbook, period_seconds: 2592000, cancelled: "bad", cancelled_total: cancelled(sim, at, members), functions: members.map((f) => f.id).sort(),
    rules_command: `cargo autometrics rules --objective ${name}`,
    slis: [sli(sim, at, members, "success", details.success, null), sli(sim, at, members, "latency", details.latency[1], details.latency[0])],
  };
}

function cancelled(sim, at, members) {
  const age = at - sim.start;
  const tracked = members.filter((f) => f.tracked);
  if (tracked.length === 0) return null;
  return tracked.reduce((sum, f) => sum + cancelledOf(sim.mean(at, age, (m) => m.functions.get(f.id).rate) * age), 0);
}

function sli(sim, at, members, kind, target, threshold) {
  const bad = (f) => (m) => {
    const state = m.functions.get(f.id);
    return kind === "success" ? state.errors : state.rate * (1 - within(state.mean, threshold));
  };
  const total = (pick, window) => members.reduce((sum, f) => sum + sim.mean(at, window, pick(f)), 0);
  const calls = (f) => (m) => m.functions.get(f.id).rate;
  const burn = (window) => total(bad, window) / total(calls, window) / (1 - target);
  const age = at - sim.start;
  const all = total(calls, age) * age;
  const spoilt = total(bad, age) * age;
  const covered = (window) => Math.min(window, age);
  const spenders = members
    .map((f) => ({ id: f.id, bad_per_second: sim.mean(at, 300, bad(f)), bad_total: Math.round(sim.mean(at, age, bad(f)) * age) }))
    .filter((spender) => spender.bad_total > 0);
  const spent = spenders.reduce((sum, spender) => sum + spender.bad_total, 0);
  const tiers = TIERS.map(([severity, name, factor, long, short]) => {
    const [longBurn, shortBurn] = [long <= 21600 ? burn(long) : null, short <= 21600 ? burn(short) : null];
    const known = longBurn !== null && shortBurn !== null;
    return {
      severity, name, factor, long_seconds: long, short_seconds: short, long_burn_rate: longBurn, short_burn_rate: shortBurn,
      closeness: known ? Math.min(longBurn, shortBurn) / factor : null, fires: known && Math.min(longBurn, shortBurn) >= factor,
      can_fire: factor * (1 - target) < 1, long_fits: long <= 21600, long_covered: long <= Math.min(21600, age),
    };
  });
  return {
    sli: kind, target, threshold_seconds: threshold, calls_total: Math.round(all), bad_total: Math.round(spoilt),
    ratio: all ? 1 - spoilt / all : null, budget_spent: all ? spoilt / (all * (1 - target)) : null,
    burn_rates: WINDOWS.map((w) => ({ window_seconds: w, covered_seconds: covered(w), burn_rate: burn(w) })), tiers,
    spenders: spenders.map((s) => ({ ...s, share: s.bad_total / spent })).sort((a, b) => b.share - a.share),
    burning: burn(300) > 1,
  };
}

/** Returns paths that start at a burning objective and end at the gateway, if they match the query. */
export function suspects(sim, at, window, query) {
  const walks = [];
  if (at >= sim.incident) {
    walks.push(walk(sim, at, window, "checkout", "post_order", "success"), walk(sim, at, window, null, "charge", "latency"));
  }
  const asked = (walk) =>
    (!query.objective || walk.start.objective === query.objective) &&
    (!query.function || walk.path.some((step) => step.id === query.function)) && (!query.sli || walk.start.sli === query.sli);
  return { ...windowed(sim, at, window), suspects: walks.filter((walk) => walk && asked(walk)) };
}

function walk(sim, at, window, objective, first, sli) {
  const names = ["post_order", "place_order", "charge", "Gateway::authorize"];
  const steps = names.slice(names.indexOf(first)).map((name) => sim.functions.find((f) => f.name === name));
  if (steps.some((f) => !f)) return null;
  const pick = (f) => (m) => {
    const state = m.functions.get(f.id);
    return sli === "success" ? state.errors : state.rate * state.mean;
  };
  const path = steps.map((f, i) => {
    const before = sim.mean(sim.incident - 5, window, pick(f));
    const now = sim.mean(at, window, pick(f));
    return { id: f.id, before_per_second: before, now_per_second: now, rise_per_second: now - before, last: i === steps.length - 1 };
  });
  const whole = path[0].rise_per_second;
  if (whole <= 0) return null;
  return {
    start: { objective, burning: objective !== null, function: path[0].id, sli },
    explanation: `${steps.at(-1).name} explains ${Math.min(100, (path.at(-1).rise_per_second / whole) * 100).toFixed(0)} % of the rise of ${first}'s ` +
      (sli === "success" ? "errors, and none of its callees fails more than before" : "time, nearly all of it in its own body"),
    before_per_second: path[0].before_per_second, now_per_second: path[0].now_per_second, rise_per_second: whole,
    path: path.map(({ last, ...step }) => ({
      ...step, share_of_rise: Math.min(1, step.rise_per_second / whole), self_share: last ? 0.98 : 0.02,
      kind: sli === "success" ? "Timeout" : null,
    })),
    suspect: path.at(-1).id, lasting: false, score: objective ? 0.97 : 0.61,
  };
}
