// View of the objectives: targets, achieved ratios, burn rates, and the functions that spend the budget.

import { html } from "../elements.js";
import { useLive } from "../live.js";
import { Answer, Coverage, Empty } from "../parts/answer.js";
import { Copy } from "../parts/copy.js";
import { FunctionLink } from "../parts/name.js";
import { ExternalLink } from "../parts/external-link.js";
import { count, span } from "../units.js";
import { Indicator } from "./objective-indicator.js";

const FIRST_LINES = `const CHECKOUT: Objective =
    Objective::new("checkout").success_rate(99.9);
#[instrument_fn(objective = CHECKOUT)]`;

export function ObjectivesView({ route, window }) {
  const live = useLive(`objectives?window=${window}`);
  return html`<${Answer} live=${live} title="Objectives">${(data) => html`<${Objectives} data=${data} name=${route.query.name ?? null} />`}<//>`;
}

function Objectives({ data, name }) {
  const all = data.objectives;
  if (all.length === 0) {
    return html`<${Empty} title="No objectives yet" level="h1" code=${FIRST_LINES}>
      None of the functions has an objective. Three lines set a target; this view then shows the error budget, and a command generates the alerts:<//>`;
  }
  const shown = [...all].sort((a, b) => (b.name === name) - (a.name === name) || burns(b) - burns(a) || (a.name < b.name ? -1 : 1));
  const burning = all.filter(burns).length;
  return html`
    <div class="heading"><h1>Objectives</h1>
      <p class="summary">
        <span><b>${count(all.length)}</b> in all</span>
        ${burning ? html`<span class="bad"><b>${count(burning)}</b> burning</span>` : html`<span>none burning</span>`}
        <${Coverage} data=${data} />
      </p>
    </div>
    ${shown.map((objective) => html`<${Objective} key=${objective.name} objective=${objective} />`)}`;
}

function Objective({ objective }) {
  const { name, owner, runbook, functions } = objective;
  return html`
    <section class=${`objective ${burns(objective) ? "burning" : ""}`} aria-label=${`Objective ${name}`}>
      <header>
        <h2>${name}</h2>
        <p>
          ${owner && html`<span>owned by ${owner}</span>`}
          <span>over ${span(objective.period_seconds)}</span>
          ${objective.cancelled_total > 0 && html`<span>${count(objective.cancelled_total)} calls cancelled, which are ${objective.cancelled}</span>`}
          ${runbook && html`<${ExternalLink} url=${runbook} text="runbook" otherwise=${`runbook ${runbook}`} />`}
        </p>
        <p class="members"><span class="unseen">Functions: </span>${functions.map((id) => html`<${FunctionLink} key=${id} id=${id} withModule=${false} />`)}</p>
      </header>
      ${objective.slis.map((sli) => html`<${Indicator} key=${sli.sli} objective=${objective} sli=${sli} />`)}
      <footer><span>Its rules and alerts for Prometheus:</span>
        <div class="code"><pre tabindex="0" aria-label="Command that generates the rules"><code>${objective.rules_command}</code></pre><${Copy} text=${objective.rules_command} what="the command" /></div>
      </footer>
    </section>`;
}

export function burns(objective) {
  return objective.slis.some((sli) => sli.burning);
}
