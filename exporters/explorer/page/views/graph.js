// View of the call graph: callers, callees, rates, latencies and errors.

import { html } from "../elements.js";
import { EdgesTable } from "../graph/edges-table.js";
import { Picture } from "../graph/picture.js";
import { selection } from "../graph/selection.js";
import { useLive } from "../live.js";
import { Answer, Coverage, Empty } from "../parts/answer.js";
import { parts } from "../parts/name.js";
import { address, functionAddress, go } from "../route.js";
import { count } from "../units.js";

const DEPTHS = [1, 2, 3, 99];
/** Number of functions beyond which edges that occur only in source code would hide all others. */
const CROWD = 120;

export function GraphView({ route, window }) {
  const live = useLive(`graph?window=${window}`);
  return html`<${Answer} live=${live} title="Call graph">${(data) => html`<${CallGraph} data=${data} query=${route.query} />`}<//>`;
}

function CallGraph({ data, query }) {
  const known = new Map(data.nodes.map((node) => [node.id, node]));
  const focus = query.focus ?? null;
  const depth = DEPTHS.includes(Number(query.depth)) ? Number(query.depth) : 1;
  const outside = query.outside ? query.outside === "yes" : focus !== null || data.nodes.length <= CROWD;
  const asTable = query.as === "table";
  if (data.nodes.length === 0) {
    return html`<${Empty} title="No functions yet" level="h1">
      This program has no instrumented function. Put <code>#[instrument_fn]</code> on functions that call each other, and this graph shows their calls.<//>`;
  }
  const shown = selection(data, { focus: known.has(focus) ? focus : null, depth, outside });
  const refine = (changes, replace = true) => go(address("graph", { ...query, ...changes }), { replace });
  return html`
    <div class="heading"><h1>Call graph</h1>
      <p class="summary">
        <span><b>${count(shown.nodes.filter((node) => !node.pseudo).length)}</b> of ${count(data.nodes.length)} functions</span>
        <span><b>${count(shown.edges.length)}</b> calls</span><${Coverage} data=${data} />
      </p>
    </div>
    <div class="toolbar" role="search">
      <${Finder} nodes=${data.nodes} choose=${(id) => refine({ focus: id, depth: String(depth) }, false)} />
      <div class="segments" role="group" aria-label="Arrangement">
        <button type="button" aria-pressed=${asTable ? "false" : "true"} onClick=${() => refine({ as: null })}>Picture</button>
        <button type="button" aria-pressed=${asTable ? "true" : "false"} onClick=${() => refine({ as: "table" })}>Table</button>
      </div>
      <label class="check"><input type="checkbox" checked=${outside} onChange=${(event) => refine({ outside: event.target.checked ? "yes" : "no" })} />Calls from code without the attribute</label>
    </div>
    ${focus !== null && html`<${Focus} focus=${focus} node=${known.get(focus)} depth=${depth} refine=${refine} query=${query} />`}
    ${asTable ? html`<${EdgesTable} ...${shown} />` : html`<${Picture} ...${shown} focus=${focus} query=${query}><${Legend} /><//>`}`;
}

/** Navigates to a function as soon as its id is complete, and with Enter to the first match. */
function Finder({ nodes, choose }) {
  const find = (text, exact) => {
    const wanted = text.trim().toLowerCase();
    const same = nodes.find((node) => node.id === text);
    if (same || exact || wanted === "") return same;
    return nodes.find((node) => node.name.toLowerCase() === wanted) ?? nodes.find((node) => node.id.toLowerCase().includes(wanted));
  };
  const take = (event, exact) => {
    const node = find(event.target.value, exact);
    if (!node) return;
    event.target.value = "";
    choose(node.id);
  };
  return html`
    <input type="search" list="graph-functions" placeholder="Focus on a function" aria-label="Focus on a function" aria-keyshortcuts="/" autocomplete="off"
      onInput=${(event) => take(event, true)} onKeyDown=${(event) => event.key === "Enter" && take(event, false)} />
    <datalist id="graph-functions">${nodes.map((node) => html`<option key=${node.id} value=${node.id}></option>`)}</datalist>`;
}

function Focus({ focus, node, depth, refine, query }) {
  const clear = address("graph", { ...query, focus: null, depth: null });
  if (!node) return html`<p class="focus-bar">No function has the id “${focus}”, so the graph shows all functions. <a href=${clear}>Clear</a></p>`;
  return html`
    <div class="focus-bar">
      <span class="what">Around <strong title=${node.id}>${node.name}</strong> <span class="module">${parts(node.id).module || node.module}</span></span>
      <label class="check">Depth
        <select value=${depth} onChange=${(event) => refine({ depth: event.target.value })}>
          ${DEPTHS.map((n) => html`<option key=${n} value=${n}>${n === 99 ? "all" : n}</option>`)}
        </select>
      </label>
      <a href=${functionAddress(node.id)}>Open the function</a>
      <a href=${clear}>Show the whole graph</a>
    </div>`;
}

function Legend() {
  const line = (kind, text) => html`
    <li><svg width="34" height="10" aria-hidden="true"><path class=${`edge ${kind}`} d="M1 5H33" stroke-width=${kind === "unseen-edge" ? 1.5 : 3} /></svg>${text}</li>`;
  return html`
    <ul class="legend" aria-label="Legend">
      ${line("none", "no errors")}${line("few", "under 1 % errors")}${line("some", "1 to 5 %")}${line("many", "5 % and more")}${line("unseen-edge", "only in the code")}
      <li><svg width="34" height="12" aria-hidden="true"><path class="edge none" d="M1 3H33" stroke-width="1" /><path class="edge none" d="M1 9H33" stroke-width="4" /></svg>width: calls per second</li>
      <li class="hint">On a line: calls per second and p95; point at it for more numbers. Drag to move, wheel to zoom. Click a function to show its callers and callees, and again to open it.</li>
    </ul>`;
}
