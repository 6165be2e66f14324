// Choice of a flow, in programs that count flows.

import { html } from "../elements.js";
import { useLive } from "../live.js";

/** Returns the names of the flows, sorted; empty if the program does not count flows. */
export function useFlows() {
  // Polled less often than numbers, as names are rarely new.
  const { data } = useLive("flows?window=10", 10_000);
  return data?.counted ? data.flows.map(({ name }) => name) : [];
}

/** Shows nothing if there are no flows. A flow that is chosen, but not known, is in the list. */
export function FlowChoice({ flows, flow, choose }) {
  if (flows.length === 0 && !flow) return null;
  const names = flow && !flows.includes(flow) ? [flow, ...flows] : flows;
  return html`
    <select class="flow" aria-label="Flow" title=${flow || null} value=${flow} onChange=${(event) => choose(event.target.value)}>
      <option value="">All flows</option>
      ${names.map((name) => html`<option key=${name} value=${name}>${name}</option>`)}
    </select>`;
}
