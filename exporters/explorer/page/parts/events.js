// Events: the time, result, callers and fields of single calls.

import { html } from "../elements.js";
import { address } from "../route.js";
import { clock, count, duration } from "../units.js";
import { FunctionLink } from "./name.js";

const WORDS = { error: "failed", panic: "panicked", slow: "slow", sampled: "ok" };

/** `events` must be sorted newest first. `withFunction` adds the function's name, for events of several functions. */
export function Events({ events, withFunction = false }) {
  return html`
    <ol class="events">${events.map((event) => html`
      <li key=${`${event.function} ${event.at} ${event.span_id}`}>
        <p class="what">
          <time datetime=${new Date(event.at * 1000).toISOString()}>${clock(event.at)}</time>
          <span class=${`reason ${event.reason}`}>${WORDS[event.reason]}</span>
          ${withFunction && html`<${FunctionLink} id=${event.function} withModule=${false} />`}
          <span class="took">${duration(event.duration_seconds)}</span>
          ${event.kind && event.kind !== event.reason && html`<span class="tag kind">${event.kind}</span>`}
          ${event.error !== null && html`<span class="said">${event.error}</span>`}
        </p>
        <${Details} event=${event} />
      </li>`)}
    </ol>`;
}

function Details({ event }) {
  const { callers, fields, flow, trace_id: trace, suppressed } = event;
  if (!callers.length && !fields.length && flow === null && !trace && !suppressed) return null;
  return html`
    <dl>
      ${fields.map(({ name, text }) => html`<div key=${`field ${name}`}><dt>${name}</dt><dd>${text}</dd></div>`)}
      ${callers.length > 0 && html`<div key="callers"><dt>called by</dt><dd>${callers.join(" ← ")}</dd></div>`}
      ${flow !== null && html`<div key="flow"><dt>flow</dt><dd><a href=${address("functions", { flow })}>${flow}</a></dd></div>`}
      ${trace && html`<div key="trace"><dt>trace</dt><dd class="trace"><a href=${address("events", { trace })} title="all events of this trace">${trace}</a></dd></div>`}
      ${suppressed > 0 && html`<div key="suppressed"><dt>suppressed before it</dt><dd>${count(suppressed)}</dd></div>`}
    </dl>`;
}
