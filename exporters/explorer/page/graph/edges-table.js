// Call graph as a table, one row per edge, as an alternative to the picture.

import { html } from "../elements.js";
import { moveAlongRows } from "../keys.js";
import { severity } from "../parts/bars.js";
import { FunctionLink } from "../parts/name.js";
import { duration, rate, ratio } from "../units.js";
import { OVERFLOW, OUTSIDE } from "./selection.js";

export function EdgesTable({ nodes, edges }) {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const rows = [...edges].sort((a, b) => b.calls_per_second - a.calls_per_second || (a.from + a.to < b.from + b.to ? -1 : 1));
  return html`
    <div class="scroll" role="region" aria-label="Calls" tabindex="0">
      <table class="calls" onKeyDown=${moveAlongRows}>
        <thead><tr>
          <th scope="col">Caller</th><th scope="col">Callee</th><th scope="col" class="number" aria-sort="descending">Calls/s</th>
          <th scope="col" class="number">Errors</th><th scope="col" class="number">p50</th><th scope="col" class="number">p95</th><th scope="col" class="number">p99</th>
          <th scope="col" class="number">Mean</th><th scope="col">Where</th>
        </tr></thead>
        <tbody>${rows.map((edge) => html`
          <tr key=${`${edge.from} ${edge.to}`}>
            <th scope="row"><${End} id=${edge.from} node=${byId.get(edge.from)} row=${true} /></th>
            <td><${End} id=${edge.to} node=${byId.get(edge.to)} /></td>
            <td class="number">${rate(edge.calls_per_second)}</td>
            <td class="number"><span class=${`errors ${severity(edge.error_ratio)}`}>${ratio(edge.error_ratio)}</span></td>
            <td class="number">${duration(edge.p50_seconds)}</td>
            <td class="number">${duration(edge.p95_seconds)}</td>
            <td class="number">${duration(edge.p99_seconds)}</td>
            <td class="number">${duration(edge.mean_seconds)}</td>
            <td class="where">${edge.seen ? (edge.in_code ? "seen, in code" : "seen") : "only in code"}</td>
          </tr>`)}
        </tbody>
      </table>
    </div>`;
}

function End({ id, node, row = false }) {
  if (id === OUTSIDE || id === OVERFLOW) return html`<span class="aside">${node.name}</span>`;
  return html`<${FunctionLink} ...${node} row=${row} />`;
}
