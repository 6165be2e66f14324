// View of suspects: from what burns or rose, down the calls to the function that explains most of it.

import { html } from "../elements.js";
import { useLive } from "../live.js";
import { Answer, Coverage, Empty } from "../parts/answer.js";
import { Bar } from "../parts/bars.js";
import { Events } from "../parts/events.js";
import { FunctionLink, parts } from "../parts/name.js";
import { address, functionAddress } from "../route.js";
import { count, load, rate, share, span } from "../units.js";

const EVENTS = 5;

export function SuspectsView({ route, window }) {
  const { objective, function: id, sli } = route.query;
  const asked = new URLSearchParams(Object.entries({ objective, function: id, sli }).filter(([, value]) => value));
  const live = useLive(`suspects?${asked.size ? `${asked}&` : ""}window=${window}`);
  const kept = useLive("events");
  return html`<${Answer} live=${live} title="Suspects">${(data) => html`<${Suspects} data=${data} events=${kept.data?.events ?? []} objective=${objective} id=${id} sli=${sli} />`}<//>`;
}

function Suspects({ data, events, objective, id, sli }) {
  const about = objective ? `objective ${objective}` : id ? parts(id).name : null;
  const all = data.suspects;
  return html`
    <div class="heading"><h1>Suspects</h1>
      <p class="summary">
        ${about ? html`<span>for <b>${about}</b>${sli && `, ${sli}`}</span> <a href=${address("suspects")}>Show all</a>` : html`<span><b>${count(all.length)}</b> ${all.length === 1 ? "walk" : "walks"}</span>`}
        <${Coverage} data=${data} /><span>compared with the ${span(data.window_seconds)} before</span>
      </p>
    </div>
    ${all.length === 0 && html`<${Empty} title="Nothing suspicious">
      ${about ? `Neither the errors nor the time of ${about} rose compared with the window before.` : "No objective burns, and no function's errors or time rose compared with the window before."}
      ${" "}A longer window may show slower changes.<//>`}
    ${all.map((suspect, i) => html`<${Walk} key=${`${suspect.start.function} ${suspect.start.sli} ${suspect.start.objective}`} suspect=${suspect} events=${events} rank=${i + 1} />`)}
    ${all.length > 0 && html`<p class="how">“Before” is scaled to the current traffic. Each step goes to the callee with the largest part of the rise, as long as that is more than the function's own.
      It ends earlier at a callee that is only called more often, and before one that rose less for its other callers.
      “Of the rise” compares with the first step; “own” is the part of a step's rise that none of its callees explains.</p>`}`;
}

/**
 * Returns events that may show the cause: failed or slow calls of functions on the path, beginning with the suspect.
 */
function relatedEvents(events, path, errors) {
  const reasons = errors ? ["error", "panic"] : ["slow"];
  const steps = path.map(({ id }) => id);
  const related = events.filter((event) => reasons.includes(event.reason) && steps.includes(event.function));
  return related.toSorted((a, b) => steps.indexOf(b.function) - steps.indexOf(a.function)).slice(0, EVENTS);
}

function Walk({ suspect, events, rank }) {
  const { start, path } = suspect;
  const errors = start.sli === "success";
  const show = errors ? (value) => `${rate(value)}/s` : load;
  const unit = errors ? "errors" : "time";
  const related = relatedEvents(events, path, errors);
  const part = suspect.lasting ? "Of the errors" : "Of the rise";
  return html`
    <section class="walk" aria-label=${`Suspect ${rank}: ${suspect.suspect}`}>
      <header>
        <span class="rank" aria-hidden="true">${rank}</span>
        <div>
          <h2><a href=${functionAddress(suspect.suspect)} title=${suspect.suspect}>${parts(suspect.suspect).name}</a></h2>
          <p>${suspect.explanation}</p>
          <p class="from">${start.objective ? html`Objective <a href=${address("objectives", { name: start.objective })}>${start.objective}</a> ${start.burning ? "burns" : "selected"}` : html`<span>The ${unit} of ${parts(start.function).name} rose</span>`}:
            ${" "}${errors ? "errors" : "time"} ${show(suspect.before_per_second)} → <b>${show(suspect.now_per_second)}</b></p>
        </div>
        <a class="see" href=${address("graph", { focus: suspect.suspect, depth: 2 })}>in the call graph</a>
      </header>
      <ol>
        <li class="columns" aria-hidden="true"><span></span><span>Function</span><span>Before</span><span>Now</span><span>Rise</span><span>${part}</span><span>Own</span></li>
        ${path.map((step, i) => html`<${Step} key=${`${i} ${step.id}`} step=${step} show=${show} part=${part} last=${i === path.length - 1} />`)}
      </ol>
      ${related.length > 0 && html`<div class="kept"><h3>Recent events</h3><${Events} events=${related} withFunction=${true} /></div>`}
    </section>`;
}

function Step({ step, show, part, last }) {
  const rise = `${step.rise_per_second > 0 ? "+" : ""}${show(step.rise_per_second)}`;
  const number = (name, value) => html`<span class="value"><span class="label">${name} </span>${value}</span>`;
  return html`
    <li class=${last ? "last" : ""}>
      <span class="dot" aria-hidden="true"></span>
      <span class="who"><${FunctionLink} id=${step.id} />${step.kind && html`<span class="tag kind">${step.kind}</span>`}${last && html`<span class="tag verdict">suspect</span>`}</span>
      ${number("Before", show(step.before_per_second))}
      ${number("Now", show(step.now_per_second))}
      ${number("Rise", rise)}
      <span class="value share"><span class="label">${part} </span><${Bar} share=${step.share_of_rise} kind="bad" /><span>${share(step.share_of_rise)}</span></span>
      ${number("Own", share(step.self_share))}
    </li>`;
}
