// View of events: single calls, searched by function, outcome, error kind, field, flow and trace.

import { html } from "../elements.js";
import { useLive } from "../live.js";
import { Empty } from "../parts/answer.js";
import { Events } from "../parts/events.js";
import { FlowChoice, useFlows } from "../parts/flows.js";
import { FunctionLink } from "../parts/name.js";
import { address, go } from "../route.js";
import { count } from "../units.js";

/** Conditions of a search, in the order of the API. The function comes first, as another function is another list. */
const CONDITIONS = ["function", "outcome", "kind", "field", "value", "flow", "trace"];
const OUTCOMES = [["", "Any outcome"], ["error", "Failed"], ["panic", "Panicked"], ["slow", "Slow"], ["sampled", "Sampled"], ["ok", "Counted as ok"]];
const FIRST_LINES = `#[instrument_fn(events(fields(user)))]
fn place_order(user: &str) -> Result<u64, OrderError> { … }`;

export function EventsView({ route }) {
  const { query } = route;
  const given = CONDITIONS.filter((name) => query[name]).map((name) => [name, query[name]]);
  const search = new URLSearchParams(given);
  const live = useLive(search.size ? `events?${search}` : "events");
  const flows = useFlows();
  const refine = (changes) => go(address("events", { ...query, ...changes }), { replace: true });
  return html`
    <div class="heading"><h1>Events</h1><${Summary} data=${live.data} id=${query.function ?? null} isFiltered=${given.length > 0} /></div>
    <${Toolbar} query=${query} flows=${flows} refine=${refine} />
    <${Found} live=${live} isFiltered=${given.length > 0} />`;
}

function Summary({ data, id, isFiltered }) {
  const shown = data?.events.length ?? 0;
  const matches = data?.matches ?? 0;
  return html`
    <p class="summary">
      <span class="found" role="status">${data && html`<b>${count(matches)}</b> ${isFiltered ? (matches === 1 ? "match" : "matches") : "remembered"}${shown < matches && `, the newest ${count(shown)} below`}`}</span>
      ${id !== null && html`<span class="of">of <${FunctionLink} id=${id} withModule=${false} /></span>`}
      ${isFiltered && html`<a href=${address("events")}>Show all</a>`}
    </p>`;
}

function Toolbar({ query, flows, refine }) {
  const input = (name, label, placeholder, rest = {}) => html`
    <input type="search" class=${name} aria-label=${label} placeholder=${placeholder} value=${query[name] ?? ""} autocomplete="off" spellcheck=${false}
      onInput=${(event) => refine({ [name]: event.target.value.trim() })} ...${rest} />`;
  return html`
    <div class="toolbar search" role="search">
      ${input("value", "Text in a field or in the error", "Text in a field or error", { "aria-keyshortcuts": "/" })}
      ${input("field", "Name of the field", "Field")}
      <select aria-label="Outcome" value=${query.outcome ?? ""} onChange=${(event) => refine({ outcome: event.target.value })}>
        ${OUTCOMES.map(([value, title]) => html`<option key=${value} value=${value}>${title}</option>`)}
      </select>
      ${input("kind", "Error kind", "Error kind")}
      <${FlowChoice} flows=${flows} flow=${query.flow ?? ""} choose=${(flow) => refine({ flow })} />
      ${input("trace", "Id of a trace", "Trace id")}
    </div>`;
}

function Found({ live, isFiltered }) {
  if (live.error !== null) return html`<div class="empty"><p role="alert" class="refusal">The program refused the request: ${live.error}</p></div>`;
  if (live.data === null) return html`<p class="hint">Loading …</p>`;
  const { events } = live.data;
  if (events.length > 0) return html`<section class="kept" aria-label="Events, newest first"><${Events} events=${events} withFunction=${true} /></section>`;
  if (isFiltered) {
    return html`<${Empty} title="Nothing matches">None of the remembered events meets all conditions. <a href=${address("events")}>Show all of them</a>.<//>`;
  }
  return html`<${Empty} title="No events yet" code=${FIRST_LINES}>
    A function with <code>events</code> in its attribute keeps each error, panic and slow call, and a few of the others, with the fields that you name:<//>`;
}
