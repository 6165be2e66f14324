// View of one function: numbers, charts, callers and callees, source, and queries.

import { html } from "../elements.js";
import { Heatmap } from "../charts/heatmap.js";
import { Plot } from "../charts/plot.js";
import { useLive } from "../live.js";
import { Answer, Empty } from "../parts/answer.js";
import { severity } from "../parts/bars.js";
import { Copy } from "../parts/copy.js";
import { Events } from "../parts/events.js";
import { Source } from "../parts/external-link.js";
import { address, go } from "../route.js";
import { count, duration, load, rate, ratio, share, span } from "../units.js";
import { FunctionFlows } from "./function-flows.js";
import { Neighbours } from "./function-neighbours.js";

const RANGES = [300, 21600];

export function FunctionView({ route, window }) {
  const range = RANGES.includes(Number(route.query.range)) ? Number(route.query.range) : 300;
  const live = useLive(`series?function=${encodeURIComponent(route.id)}&range=${range}`);
  // `series` has no window parameter, so the numbers above the charts come from the list.
  const list = useLive(`functions?window=${window}`);
  const kept = useLive(`events?function=${encodeURIComponent(route.id)}`);
  const f = list.data?.functions.find((one) => one.id === route.id);
  return html`<${Answer} live=${live} title=${route.id}>${(data) => html`
    <${Page} data=${data} f=${f ?? data.function} seconds=${f ? list.data.window_seconds : null} range=${range} events=${kept.data?.events ?? []} kept=${kept.data?.matches ?? 0} />`}<//>`;
}

function Page({ data, f, seconds, range, events, kept }) {
  return html`
    <div class="function-head">
      <div class="title"><h1>${f.name}</h1><p class="where">
        <span class="module">${f.module}</span>
        <${Source} ...${f} />
        ${f.objectives.map((name) => html`<a key=${name} href=${address("objectives", { name })}>objective ${name}</a>`)}
        <a href=${address("graph", { focus: f.id, depth: 1 })}>in the call graph</a>
        ${f.errors_per_second > 0 && html`<a href=${address("suspects", { function: f.id, sli: "success" })}>find the cause of its errors</a>`}
      </p></div>
      <div class="segments" role="group" aria-label="Time shown in the charts">${RANGES.map((seconds) => html`
        <button key=${seconds} type="button" aria-pressed=${seconds === range ? "true" : "false"} onClick=${() => go(address("function", { range: seconds }, f.id), { replace: true })}>${span(seconds)}</button>`)}
      </div>
    </div>
    <${Facts} f=${f} seconds=${seconds} />
    ${f.called ? html`<${Charts} data=${data} />` : html`<${Empty} title="Never called">
      The function is instrumented, but has not been called since the program started. Its charts begin with its first call.<//>`}
    <div class="pair">
      <${Neighbours} title="Callers" of="of its calls" rows=${data.callers} empty="No calls yet." />
      <${Neighbours} title="Callees" of="of its time" rows=${data.callees} empty="No calls of instrumented functions yet." />
    </div>
    ${data.flows.length > 0 && html`<${FunctionFlows} rows=${data.flows} id=${f.id} />`}
    ${events.length > 0 && html`<section class="kept">
      <div class="heading"><h2>Recent events</h2><a href=${address("events", { function: f.id })}>search ${count(kept)} of them</a></div>
      <div class="list" role="region" aria-label="Recent events" tabindex="0"><${Events} events=${events} /></div></section>`}
    <section class="queries"><h2>PromQL</h2>
      ${data.promql.map(({ title, query }) => html`
        <div key=${title} class="query"><h3>${title}</h3>
          <div class="code"><pre tabindex="0" aria-label=${`PromQL: ${title}`}><code>${query}</code></pre><${Copy} text=${query} what=${`the PromQL for ${title}`} /></div>
        </div>`)}
    </section>`;
}

function Facts({ f, seconds }) {
  const fact = (name, value, kind = "") => html`<div key=${name} class=${kind}><dt>${name}</dt><dd>${value}</dd></div>`;
  return html`
    <dl class="facts" aria-label=${seconds ? `Numbers of the last ${span(seconds)}` : "Numbers"}>
      ${fact("Calls/s", rate(f.calls_per_second))}
      ${fact("Errors", ratio(f.error_ratio), `errors ${severity(f.error_ratio)}`)}
      ${fact("p50", duration(f.p50_seconds))}${fact("p95", duration(f.p95_seconds))}${fact("p99", duration(f.p99_seconds))}
      ${fact("Mean", duration(f.mean_seconds))}
      ${f.in_flight !== null && fact("In flight", count(f.in_flight))}
      ${fact("Self time", load(f.self_time_per_second))}${fact("Share of all", share(f.self_share))}
      ${fact("Calls", count(f.calls_total))}${fact("Failed", count(f.errors_total))}
      ${f.cancelled_total !== null && fact("Cancelled", count(f.cancelled_total))}
    </dl>`;
}

const KINDS = ["series-2", "series-3", "series-5", "series-4", "series-1"];

function Charts({ data }) {
  const newest = (values) => values.findLast((value) => value !== null) ?? null;
  const { times } = data;
  const rates = [
    { label: "ok", color: "series-1", values: data.ok_per_second, fill: true },
    { label: "error", color: "series-2", values: data.errors_per_second, fill: true },
  ];
  const total = data.ok_per_second.map((ok, i) => (ok === null ? null : ok + (data.errors_per_second[i] ?? 0)));
  const kinds = data.error_kinds.length ? data.error_kinds : [{ kind: "", per_second: data.errors_per_second }];
  const ratios = kinds.map(({ kind, per_second: values }, i) => ({
    label: kind || "error", color: KINDS[i % KINDS.length],
    values: values.map((value, at) => (value === null || !total[at] ? null : value / total[at])),
  }));
  const quantiles = [["p50", "series-4"], ["p95", "series-1"], ["p99", "series-5"]]
    .map(([label, color]) => ({ label, color, values: data[`${label}_seconds`] }));
  const say = (series, show) => series.map(({ label, values }) => `${label} ${show(newest(values))}`).join(", ");
  return html`
    <div class="charts">
      <${Plot} title="Calls per second" times=${times} series=${rates} show=${rate} summary=${say(rates, rate)} />
      <${Plot} title="Errors by kind" hint="share of the calls" times=${times} series=${ratios} show=${ratio} least=${0.001} summary=${say(ratios, ratio)} />
      <${Plot} title="Latency" times=${times} series=${quantiles} show=${duration} summary=${say(quantiles, duration)} />
      ${data.in_flight && html`<${Plot} title="In flight" times=${times} show=${count} least=${4} summary=${count(newest(data.in_flight))}
        series=${[{ label: "calls", color: "series-4", values: data.in_flight, fill: true }]} />`}
      <${Heatmap} heatmap=${data.heatmap} />
    </div>`;
}
