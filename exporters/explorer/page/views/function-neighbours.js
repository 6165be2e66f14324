// Table of the callers or callees of a function, with the share of each.

import { html } from "../elements.js";
import { moveAlongRows } from "../keys.js";
import { Bar, severity } from "../parts/bars.js";
import { FunctionLink } from "../parts/name.js";
import { duration, rate, ratio, share } from "../units.js";

export function Neighbours({ title, of, rows: given, empty }) {
  const rows = given.toSorted((a, b) => b.share - a.share);
  return html`
    <section class="neighbours"><h2>${title}</h2>
      ${rows.length === 0 ? html`<p class="nothing">${empty}</p>` : html`
        <div class="scroll" role="region" aria-label=${title} tabindex="0">
          <table onKeyDown=${moveAlongRows}>
            <thead><tr>
              <th scope="col">Function</th><th scope="col" class="number">Share ${of}</th><th scope="col" class="number">Calls/s</th>
              <th scope="col" class="number">Errors</th><th scope="col" class="number">p50</th><th scope="col" class="number">p95</th><th scope="col" class="number">p99</th>
            </tr></thead>
            <tbody>${rows.map((row) => html`
              <tr key=${`${row.id} ${row.overflow}`}>
                <th scope="row">${row.id === null
                  ? html`<span class="aside" title=${row.overflow ? "callers beyond the cardinality limit" : "code without the attribute"}>${row.overflow ? "overflow callers" : "not instrumented"}</span>`
                  : html`<${FunctionLink} id=${row.id} row=${true} />`}</th>
                <td class="number"><span class="share"><${Bar} share=${row.share} /><span>${share(row.share)}</span></span></td>
                <td class="number">${rate(row.calls_per_second)}</td>
                <td class="number"><span class=${`errors ${severity(row.error_ratio)}`}>${ratio(row.error_ratio)}</span></td>
                <td class="number">${duration(row.p50_seconds)}</td>
                <td class="number">${duration(row.p95_seconds)}</td>
                <td class="number">${duration(row.p99_seconds)}</td>
              </tr>`)}
            </tbody>
          </table>
        </div>`}
    </section>`;
}
