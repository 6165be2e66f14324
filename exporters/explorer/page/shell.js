// Frame around every view: the bar with service, views and controls, and the warning if the program does not answer.

import { html, useEffect, useRef, useState } from "./elements.js";
import { connection, retry, setPaused, useConnection, useLive } from "./live.js";
import { useKeys } from "./keys.js";
import { KeysDialog } from "./parts/keys-dialog.js";
import { useBlocked } from "./policy.js";
import { choose, onChoice, preferences, THEMES, WINDOWS } from "./preferences.js";
import { address, useRoute } from "./route.js";
import { clock, span } from "./units.js";
import { EventsView } from "./views/events.js";
import { FunctionView } from "./views/function.js";
import { FunctionsView } from "./views/functions.js";
import { GraphView } from "./views/graph.js";
import { ObjectivesView } from "./views/objectives.js";
import { SuspectsView } from "./views/suspects.js";

const VIEWS = {
  functions: { title: "Functions", view: FunctionsView },
  graph: { title: "Call graph", view: GraphView },
  objectives: { title: "Objectives", view: ObjectivesView },
  suspects: { title: "Suspects", view: SuspectsView },
  events: { title: "Events", view: EventsView },
};

export function Shell() {
  const route = useRoute();
  const [keysShown, showKeys] = useState(false);
  const [, refresh] = useState(0);
  useEffect(() => onChoice(() => refresh((n) => n + 1)), []);
  useKeys(() => showKeys(true));
  // Polled less often than the view, as it only feeds the bar.
  const { data } = useLive("objectives?window=300", 10_000);
  const service = data?.service;
  const main = useRef(null);
  const place = route.view + (route.id ?? "");
  const first = useRef(true);
  useEffect(() => {
    document.title = `${titleOf(route)} – ${service?.name || "explorer"}`;
  }, [place, service?.name]);
  useEffect(() => {
    if (!first.current) {
      scrollTo(0, 0);
      main.current.focus({ preventScroll: true });
    }
    first.current = false;
  }, [place]);
  const burning = data ? data.objectives.filter((o) => o.slis.some((sli) => sli.burning)).length : 0;
  const View = route.view === "function" && route.id !== null ? FunctionView : VIEWS[route.view]?.view ?? Missing;
  return html`
    <a class="skip" href="#main" onClick=${(event) => skip(event, main)}>Skip to the content</a>
    <header class="bar">
      <${Service} service=${service} />
      <nav aria-label="Views">
        ${Object.entries(VIEWS).map(([view, { title }]) => html`
          <a key=${view} href=${address(view)} aria-current=${isCurrent(view, route) ? "page" : null}>
            ${title}${view === "objectives" && burning > 0 && html`<span class="badge" title="objectives that burn">${burning}<span class="unseen"> burning</span></span>`}
          </a>`)}
      </nav>
      <${Controls} showKeys=${() => showKeys(true)} />
    </header>
    <${Banner} />
    <main id="main" tabindex="-1" ref=${main}><${View} key=${place} route=${route} window=${preferences.window} /></main>
    ${keysShown && html`<${KeysDialog} close=${() => showKeys(false)} />`}`;
}

function Service({ service }) {
  const version = service?.version ? `v${service.version.replace(/^v/, "")}` : "";
  const commit = service?.commit ? service.commit.slice(0, 9) : "";
  return html`
    <div class="service">
      <strong title=${service?.name}>${service?.name || "explorer"}</strong>
      <span class="build" title=${service?.commit ? `commit ${service.commit}${service.branch ? ` of ${service.branch}` : ""}` : null}>
        ${[version, commit].filter(Boolean).join(" · ")}
      </span>
    </div>`;
}

function Controls({ showKeys }) {
  const { paused } = useConnection();
  const next = THEMES[(THEMES.indexOf(preferences.theme) + 1) % THEMES.length];
  return html`
    <div class="controls" role="group" aria-label="Settings">
      <label class="window"><span>Last</span>
        <select aria-label="Window of the numbers" value=${preferences.window} onChange=${(event) => choose({ window: Number(event.target.value) })}>
          ${WINDOWS.map((seconds) => html`<option key=${seconds} value=${seconds}>${span(seconds)}</option>`)}
        </select>
      </label>
      <button type="button" aria-pressed=${paused ? "true" : "false"} class="pause" onClick=${() => setPaused(!connection.paused)}>${paused ? "Resume" : "Pause"}</button>
      <button type="button" class="theme" title=${`Colours: ${preferences.theme}. Next: ${next}`} onClick=${() => choose({ theme: next })}>
        <span class="unseen">Colours: </span>${{ system: "Auto", light: "Light", dark: "Dark" }[preferences.theme]}
      </button>
      <button type="button" class="keys" aria-label="Keys" title="Keys (?)" onClick=${showKeys}>?</button>
    </div>`;
}

function Banner() {
  const { lostSince } = useConnection();
  const blocked = useBlocked();
  return html`<div role="status">${blocked && html`
    <p class="banner">The browser blocked ${new URL(blocked.address).pathname} because of a Content-Security-Policy header of the application, or of a
      proxy before it (${blocked.directive}). Leave the explorer's path out of that policy.</p>`}${lostSince !== null && html`
    <p class="banner">No answer from the program since ${clock(lostSince / 1000)}. The numbers are older. The page retries by itself.
      <button type="button" onClick=${retry}>Try now</button></p>`}</div>`;
}

function Missing({ route }) {
  return html`<div class="empty"><h1>No such view</h1><p>There is no view called “${route.view}”. <a href=${address("functions")}>Go to the functions</a>.</p></div>`;
}

function isCurrent(view, route) {
  return view === route.view || (view === "functions" && route.view === "function");
}

function titleOf(route) {
  return route.view === "function" ? (route.id ?? "").slice(0, 120) : VIEWS[route.view]?.title ?? "No such view";
}

function skip(event, main) {
  // The part of the address after the # belongs to the views, so the link must not change it.
  event.preventDefault();
  main.current.focus();
}
