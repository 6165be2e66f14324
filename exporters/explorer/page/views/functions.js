// View of all functions, or of those that a flow reached: as a tree of modules or one table, filtered by name, errors and latency.

import { html, useState } from "../elements.js";
import { moveAlongRows } from "../keys.js";
import { useLive } from "../live.js";
import { Answer, Coverage, Empty } from "../parts/answer.js";
import { FlowChoice, useFlows } from "../parts/flows.js";
import { FunctionLink } from "../parts/name.js";
import { Source } from "../parts/external-link.js";
import { choose, preferences } from "../preferences.js";
import { address, go } from "../route.js";
import { bound, count, rate, ratio } from "../units.js";
import { byColumn, COLUMNS, FLOW_COLUMNS } from "./functions-columns.js";
import { FlatRows, HeaderRow, TreeRows } from "./functions-rows.js";

/** Number of rows at first. Each takes time every two seconds, and nobody reads a thousand. */
const MOST = 250;
const SLOW = [0.000001, 0.00001, 0.0001, 0.001, 0.01, 0.1, 1];
const FIRST_LINES = `use autometrics::instrument_fn;

#[instrument_fn]
fn place_order(cart: &str) -> Result<u64, OrderError> { … }`;

export function FunctionsView({ route, window }) {
  const { flow } = route.query;
  const live = useLive(`functions?window=${window}${flow ? `&flow=${encodeURIComponent(flow)}` : ""}`);
  const flows = useFlows();
  return html`<${Answer} live=${live} title="Functions">${(data) => html`<${Functions} data=${data} flows=${flows} query=${route.query} />`}<//>`;
}

function Functions({ data, flows, query }) {
  const [closed, setClosed] = useState(() => new Set());
  const [most, setMost] = useState(MOST);
  const all = data.functions;
  // The previous answer stays until the one for another flow arrives.
  const { flow } = data;
  const columns = flow === null ? COLUMNS : FLOW_COLUMNS;
  const choice = choiceOf(query, columns);
  const refine = (changes) => go(address("functions", { ...query, ...changes }), { replace: true });
  if (all.length === 0 && flow === null) {
    return html`<${Empty} title="No functions yet" level="h1" code=${FIRST_LINES}>
      This program has no instrumented function. Put the attribute on one, and this list shows it from the start, called or not:<//>`;
  }
  const called = all.filter((f) => f.called);
  const shown = called.filter((f) => matches(f, choice)).sort(byColumn(columns, choice.sort, choice.up));
  const idle = choice.failing || choice.slow !== null ? [] : all.filter((f) => !f.called && named(f, choice.filter));
  const toggle = (path) => setClosed((before) => {
    const after = new Set(before);
    if (!after.delete(path)) after.add(path);
    return after;
  });
  const Rows = preferences.tree ? TreeRows : FlatRows;
  return html`
    <div class="heading"><h1>Functions</h1><${Summary} data=${data} called=${called} /></div>
    <${Toolbar} choice=${choice} flow=${query.flow ?? ""} flows=${flows} refine=${refine} shown=${shown.length} of=${called.length} />
    ${called.length === 0 && flow !== null && html`<${Empty} title="No calls in this flow">
      The program has counted no call in the flow “${flow}”. <a href=${address("functions")}>Show all functions</a>.<//>`}
    ${called.length === 0 && flow === null && html`<${Empty} title="No calls yet">
      ${count(all.length)} functions are instrumented, but none has been called since the program started. The numbers of a function appear here within two seconds of its first call.<//>`}
    ${called.length > 0 && shown.length === 0 && html`<${Empty} title="Nothing matches">
      None of the ${count(called.length)} called functions matches the filter. <a href=${address("functions")}>Show all of them</a>.<//>`}
    ${shown.length > 0 && html`
      <div class="scroll" role="region" aria-label="Functions that were called" tabindex="0">
        <table class="functions" onKeyDown=${moveAlongRows}>
          <${HeaderRow} columns=${columns} choice=${choice} refine=${refine} />
          <${Rows} columns=${columns} functions=${shown} choice=${choice} closed=${choice.filter ? new Set() : closed} toggle=${toggle} most=${most} showAll=${() => setMost(Infinity)} />
        </table>
      </div>`}
    ${idle.length > 0 && html`<${NeverCalled} functions=${idle} />`}`;
}

/** Reads filter and sort order from the address. */
function choiceOf(query, columns) {
  const only = (query.only ?? "").split(",");
  const slow = Number(query.slow ?? 0.1);
  const sort = columns.some((column) => column.key === query.sort && column.of) ? query.sort : "rate";
  return {
    filter: query.filter ?? "", failing: only.includes("failing"), slow: only.includes("slow") && columns === COLUMNS ? slow : null,
    sort, up: query.order ? query.order === "up" : sort === "name",
  };
}

function matches(f, { filter, failing, slow }) {
  return named(f, filter) && (!failing || f.errors_per_second > 0) && (slow === null || (f.p95_seconds ?? 0) >= slow);
}

/** Returns true if each word of the filter occurs in the id or the name of an objective. */
function named(f, filter) {
  const text = `${f.id} ${f.objectives.join(" ")}`.toLowerCase();
  return filter.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}

function Summary({ data, called }) {
  const sum = (key) => called.reduce((all, f) => all + f[key], 0);
  const [calls, errors] = [sum("calls_per_second"), sum("errors_per_second")];
  const failing = called.filter((f) => f.errors_per_second > 0).length;
  return html`
    <p class="summary">
      ${data.flow === null
        ? html`<span><b>${count(called.length)}</b> of ${count(data.functions.length)} called</span>`
        : html`<span class="flow">in flow <b>${data.flow}</b></span><span><b>${count(called.length)}</b> reached</span>`}
      <span><b>${rate(calls)}</b> calls/s</span>
      <span class=${errors > 0 ? "bad" : ""}><b>${ratio(calls > 0 ? errors / calls : null)}</b> errors${failing > 0 && ` in ${count(failing)} functions`}</span>
      <${Coverage} data=${data} />
      ${data.flow !== null && html`<a href=${address("events", { flow: data.flow })}>events of the flow</a>`}
    </p>`;
}

function Toolbar({ choice, flow, flows, refine, shown, of }) {
  const only = (changes) => {
    const next = { failing: choice.failing, slow: choice.slow !== null, ...changes };
    refine({ only: [next.failing && "failing", next.slow && "slow"].filter(Boolean).join(",") });
  };
  const shape = (tree) => html`
    <button type="button" aria-pressed=${preferences.tree === tree ? "true" : "false"} onClick=${() => choose({ tree })}>${tree ? "Modules" : "Flat"}</button>`;
  return html`
    <div class="toolbar" role="search">
      <input type="search" placeholder="Filter by name, module, objective" aria-label="Filter the functions" aria-keyshortcuts="/"
        value=${choice.filter} onInput=${(event) => refine({ filter: event.target.value })} />
      <${FlowChoice} flows=${flows} flow=${flow} choose=${(next) => refine({ flow: next })} />
      <div class="segments" role="group" aria-label="Arrangement">${shape(true)}${shape(false)}</div>
      <label class="check"><input type="checkbox" checked=${choice.failing} onChange=${(event) => only({ failing: event.target.checked })} />Only failing</label>
      <span class="check">
        <label class="check"><input type="checkbox" checked=${choice.slow !== null} disabled=${flow !== ""} onChange=${(event) => only({ slow: event.target.checked })} />Only slow: p95 from</label>
        <select value=${choice.slow ?? 0.1} disabled=${choice.slow === null} aria-label="Slow from a p95 of" onChange=${(event) => refine({ slow: event.target.value })}>
          ${SLOW.map((seconds) => html`<option key=${seconds} value=${seconds}>${bound(seconds)}</option>`)}
        </select>
      </span>
      <span class="found" role="status">${shown < of ? `${count(shown)} of ${count(of)}` : ""}</span>
    </div>`;
}

function NeverCalled({ functions }) {
  return html`
    <details class="never" open=${functions.length <= 12}>
      <summary><h2>Never called</h2> <span class="tally">${count(functions.length)}</span></summary>
      <p class="hint">Instrumented, but not called since the program started.</p>
      <ul onKeyDown=${moveAlongRows}>${functions.map((f) => html`
        <li key=${f.id}><${FunctionLink} ...${f} row=${true} />
          <${Source} ...${f} />
        </li>`)}
      </ul>
    </details>`;
}
