// Answers of the mock about events: a few of each function that fails or is slow at a moment, and of those with hostile names.

import { mainFlow } from "./flows.mjs";
import { compare, head } from "./tables.mjs";

const EACH = 6;

export function events(sim, at, query) {
  const all = sim.functions.filter((f) => f.breakable || f.module === "shop::names").flatMap((f) => of(sim, at, f));
  const found = all.filter((event) => accepts(event, query)).sort((a, b) => b.at - a.at || compare(a.function, b.function));
  return { ...head(sim, at), matches: found.length, events: found.slice(0, 200) };
}

/** Returns true if the event meets all conditions of the query. */
function accepts(event, { function: id, outcome, kind, field, value, flow, trace }) {
  const fields = event.fields.filter(({ name }) => !field || name === field);
  const texts = [...fields.map(({ text }) => text), ...(field ? [] : [event.error ?? ""])];
  return (!id || event.function === id) && (!outcome || [event.reason, event.result].includes(outcome)) && (!kind || event.kind === kind)
    && (!field || fields.length > 0) && (!value || texts.some((text) => text.toLowerCase().includes(value.toLowerCase())))
    && (!flow || event.flow === flow) && (!trace || event.trace_id === trace);
}

function of(sim, at, f) {
  const failing = at >= sim.incident;
  const caller = sim.incoming.get(f.id)?.[0]?.caller;
  return Array.from({ length: EACH }, (_, i) => {
    const sampled = !failing || i === EACH - 1;
    return {
      function: f.id, at: at - 1 - i * 3 - (f.line % 3), reason: sampled ? "sampled" : i === 2 ? "slow" : "error",
      result: sampled || i === 2 ? "ok" : "error", kind: sampled || i === 2 ? null : "Timeout",
      error: sampled || i === 2 ? null : "no answer from <b>the acquirer</b> within 2 s",
      duration_seconds: sim.moment(at).functions.get(f.id).mean * (1 + i / 4),
      callers: caller ? [caller] : [], flow: mainFlow(sim, f.id), fields: [{ name: "order", text: String(4711 + i) }],
      trace_id: i % 2 ? null : (f.line * 7919 + i).toString(16).padStart(32, "0"), span_id: i % 2 ? null : (f.line + i).toString(16).padStart(16, "0"),
      suppressed: i === 0 && failing ? 1234 : 0,
    };
  });
}
