// One promise of an objective, success or latency: its state, budget, burn rates, alerts, and functions with bad calls.

import { html } from "../elements.js";
import { Bar } from "../parts/bars.js";
import { FunctionLink } from "../parts/name.js";
import { address } from "../route.js";
import { bound, count, level, rate, share, span, times } from "../units.js";

export function Indicator({ objective, sli }) {
  const promise = sli.sli === "latency"
    ? `${level(sli.target)} of calls within ${bound(sli.threshold_seconds)}`
    : `${level(sli.target)} of calls succeed`;
  const kept = sli.ratio === null || sli.ratio >= sli.target;
  return html`
    <div class="indicator">
      <div class="promise">
        <h3>${sli.sli === "latency" ? "Latency" : "Success"}</h3>
        <p class="target">${promise}</p>
        <p class="now"><b class=${kept ? "" : "bad"}>${actual(sli)}</b> since the start</p>
        <p class="amounts">${count(sli.bad_total)} of ${count(sli.calls_total)} calls ${badReason(objective, sli)}</p>
        <${Budget} spent=${sli.budget_spent} />
        ${sli.burning && html`<a class="to-suspects" href=${address("suspects", { objective: objective.name, sli: sli.sli })}>Find the cause →</a>`}
      </div>
      <div class="burn">
        <h4>Burn rate</h4>
        <dl>${sli.burn_rates.map((burn) => html`
          <div key=${burn.window_seconds} title=${coverage(burn)}>
            <dt>${span(burn.window_seconds)}</dt>
            <dd class=${burn.burn_rate > 1 ? "bad" : ""}>${times(burn.burn_rate)}</dd>
            ${isShort(burn) && html`<dd class="part">${span(burn.covered_seconds)} sampled</dd>`}
          </div>`)}
        </dl>
        <h4>Alerts</h4>
        <table class="tiers">
          <thead><tr><th scope="col">Alert</th><th scope="col">Windows</th><th scope="col" class="number">Fires from</th><th scope="col" class="number">Now</th><th scope="col">Closeness</th></tr></thead>
          <tbody>${sli.tiers.map((tier) => html`<${Tier} key=${`${tier.severity} ${tier.name}`} tier=${tier} />`)}</tbody>
        </table>
      </div>
      <div class="spenders">
        <h4>Functions that spend the budget</h4>
        ${sli.spenders.length === 0 ? html`<p class="nothing">${sli.calls_total ? "None: no bad call so far." : "No calls yet."}</p>` : html`
          <ul>${sli.spenders.map((spender) => html`
            <li key=${spender.id}>
              <${FunctionLink} id=${spender.id} withModule=${false} />
              <span class="amount" title="bad calls since the start">${count(spender.bad_total)}</span>
              <span class="amount">${rate(spender.bad_per_second)}/s</span>
              <${Bar} share=${spender.share} kind="bad" /><span class="amount">${share(spender.share)}</span>
            </li>`)}
          </ul>`}
      </div>
    </div>`;
}

/** Returns the reason for which calls are bad. */
function badReason(objective, sli) {
  if (sli.sli === "latency") return "too slow";
  return objective.cancelled === "bad" && objective.cancelled_total > 0 ? "failed or were cancelled" : "failed";
}

/** Formats the achieved ratio, rounded down so that a missed target never reads as reached. */
function actual({ ratio, target }) {
  if (ratio === null) return "no calls";
  const down = Math.floor(ratio * 1e5) / 1e5;
  return level(ratio < target ? Math.min(down, ratio) : down);
}

function Budget({ spent }) {
  if (spent === null) return html`<p class="budget">Budget untouched: no calls yet</p>`;
  const kind = spent >= 1 ? "bad" : spent >= 0.5 ? "warn" : "";
  const text = spent >= 10 ? `${count(spent)} times the budget of this run` : `${share(spent)} of this run's budget spent`;
  return html`<div class="budget"><${Bar} share=${spent} kind=${kind} /><p class=${kind === "bad" ? "bad" : ""}>${text}</p></div>`;
}

function Tier({ tier }) {
  const now = tier.long_burn_rate !== null && tier.short_burn_rate !== null ? Math.min(tier.long_burn_rate, tier.short_burn_rate) : null;
  return html`
    <tr class=${tier.fires ? "fires" : ""}>
      <th scope="row">${tier.severity} <span class="module">${tier.name}</span></th>
      <td>${span(tier.long_seconds)} <span class="module">and</span> ${span(tier.short_seconds)}</td>
      <td class="number">${times(tier.factor)}</td>
      <td class="number" title=${`long window ${times(tier.long_burn_rate)}, short window ${times(tier.short_burn_rate)}`}>${times(now)}</td>
      <td class="close">${closeness(tier)}</td>
    </tr>`;
}

function closeness(tier) {
  if (!tier.can_fire) return html`<span class="module">cannot fire: the budget is too large</span>`;
  if (tier.closeness === null) return html`<span class="module">${tier.long_fits ? "no calls" : "longer than the history"}</span>`;
  const kind = tier.fires ? "bad" : tier.closeness >= 0.5 ? "warn" : "";
  return html`<span class="closeness"><${Bar} share=${tier.closeness} kind=${kind} />${tier.fires
    ? html`<strong class="bad">fires</strong>`
    : html`<span>${share(tier.closeness)}</span>`}${!tier.long_covered && html`<span class="module" title="There are no samples of the whole window yet.">so far</span>`}</span>`;
}

function isShort({ window_seconds: asked, covered_seconds: covered }) {
  return covered < asked * 0.95;
}

function coverage(burn) {
  return isShort(burn) ? `samples of only ${span(burn.covered_seconds)} of ${span(burn.window_seconds)}` : null;
}
