// Table of the flows that a function serves, with the share of each.

import { html } from "../elements.js";
import { moveAlongRows } from "../keys.js";
import { Bar, severity } from "../parts/bars.js";
import { address } from "../route.js";
import { duration, rate, ratio, share } from "../units.js";

export function FunctionFlows({ rows: given, id }) {
  const rows = given.toSorted((a, b) => b.share - a.share);
  return html`
    <section class="neighbours flows"><h2>Flows</h2>
      <div class="scroll" role="region" aria-label="Flows" tabindex="0">
        <table onKeyDown=${moveAlongRows}>
          <thead><tr>
            <th scope="col">Flow</th><th scope="col" class="number">Share of its calls</th><th scope="col" class="number">Calls/s</th>
            <th scope="col" class="number">Errors</th><th scope="col" class="number">Mean</th><th scope="col" class="number">Events</th>
          </tr></thead>
          <tbody>${rows.map((row) => html`
            <tr key=${row.name}>
              <th scope="row"><a class="function" href=${address("functions", { flow: row.name })} title=${row.name} data-row=""><span class="name">${row.name}</span></a></th>
              <td class="number"><span class="share"><${Bar} share=${row.share} /><span>${share(row.share)}</span></span></td>
              <td class="number">${rate(row.calls_per_second)}</td>
              <td class="number"><span class=${`errors ${severity(row.error_ratio)}`}>${ratio(row.error_ratio)}</span></td>
              <td class="number">${duration(row.mean_seconds)}</td>
              <td class="number"><a href=${address("events", { function: id, flow: row.name })} aria-label=${`Events of ${row.name}`}>events</a></td>
            </tr>`)}
          </tbody>
        </table>
      </div>
    </section>`;
}
