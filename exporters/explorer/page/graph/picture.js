// Call graph as a picture: functions as boxes, calls as lines. A line's width shows the rate and its colour the errors.

import { html, useMemo, useRef, useState } from "../elements.js";
import { severity } from "../parts/bars.js";
import { address, functionAddress } from "../route.js";
import { duration, rate, ratio } from "../units.js";
import { EdgeTip } from "./edge-tip.js";
import { NODE, useLayout } from "./layout.js";
import { useViewport } from "./viewport.js";

/** Scale below which only names are readable. */
const READABLE = 0.6;
const NOTHING = { width: 1, height: 1 };

export function Picture({ children, focus, query, ...shown }) {
  const newest = useLayout(shown.nodes, shown.edges);
  // The picture stays unchanged while other functions are being placed.
  const drawn = useRef({ layout: null, nodes: [], edges: [] });
  if (newest?.current) drawn.current = { layout: newest, ...shown };
  const { layout, nodes, edges } = drawn.current;
  const frame = useRef(null);
  // The tooltip sets it, and changes without the picture.
  const tip = useRef(null);
  // Chosen once per layout: the picture must not move because another function became the busiest.
  const center = useMemo(() => layout && (layout.places.get(focus) ?? layout.places.get(busiest(nodes))), [layout?.shape, focus]);
  const { view, zoom, pan, fit, reveal, handlers } = useViewport(frame, layout ?? NOTHING, layout?.shape, center);
  const [active, setActive] = useState(null);
  const first = nodes.find((node) => !node.pseudo)?.id;
  const tabStop = nodes.some((node) => node.id === active) ? active : nodes.some((node) => node.id === focus) ? focus : first;
  const keys = (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const act = {
      "+": () => zoom(1.25), "=": () => zoom(1.25), "-": () => zoom(0.8), "0": () => fit(),
      ArrowLeft: () => step(-1, 0), ArrowRight: () => step(1, 0), ArrowUp: () => step(0, -1), ArrowDown: () => step(0, 1),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };
  /** Moves the focus from a node to the next one in a direction, or the picture if the frame has the focus. */
  const step = (dx, dy) => {
    const here = document.activeElement?.closest?.(".node") && layout.places.get(active);
    if (!here) return pan(-60 * dx, -60 * dy);
    const next = nearest(nodes.filter((node) => !node.pseudo), layout.places, here, dx, dy);
    if (next === null) return undefined;
    return [...frame.current.querySelectorAll(".node")].find((element) => element.dataset.id === next)?.focus();
  };
  const focused = (id) => {
    setActive(id);
    const { x, y } = layout.places.get(id);
    reveal(x - NODE.width / 2, y - NODE.height / 2, NODE.width, NODE.height);
  };
  const far = view.scale < READABLE;
  return html`
    <div class="picture">
      <div class=${`frame ${far ? "far" : ""}`} ref=${frame} tabindex="0" role="group" onKeyDown=${keys} ...${handlers}
        aria-label=${`Call graph with ${nodes.length} functions and ${edges.length} calls. Arrows move, plus and minus zoom, 0 shows all. Button Table shows the same calls as a table.`}>
        ${layout && html`
          <svg width="100%" height="100%">
            <${Arrowheads} />
            <g transform=${`translate(${view.x.toFixed(1)} ${view.y.toFixed(1)}) scale(${view.scale.toFixed(4)})`}>
              ${edges.map((edge, i) => html`<${Edge} key=${`${edge.from} ${edge.to}`} edge=${edge} path=${layout.lines[i].path} tip=${tip} />`)}
              ${nodes.map((node) => html`
                <${Node} key=${node.id} node=${node} at=${layout.places.get(node.id)} far=${far} focus=${focus === node.id} tabStop=${tabStop === node.id} query=${query} onFocus=${focused} />`)}
              ${edges.map((edge, i) => html`<${EdgeLabel} key=${`${edge.from} ${edge.to}`} edge=${edge} at=${layout.lines[i].label} />`)}
            </g>
          </svg>
          <${EdgeTip} tip=${tip} edges=${edges} />`}
        ${!newest?.current && html`<p class="waiting" role="status">Placing ${shown.nodes.length} functions …</p>`}
      </div>
      <div class="below">
        ${children}
        <div class="zoom segments" role="group" aria-label="Zoom">
          <button type="button" aria-label="Zoom out" onClick=${() => zoom(1 / 1.3)}>−</button>
          <button type="button" aria-label="Zoom in" onClick=${() => zoom(1.3)}>+</button>
          <button type="button" onClick=${() => fit()}>All</button>
        </div>
      </div>
    </div>`;
}

function Node({ node, at, far, focus, tabStop, query, onFocus }) {
  const { width, height } = NODE;
  const kind = `node ${node.called ? "" : "idle"} ${focus ? "chosen" : ""} ${severity(node.error_ratio)} ${node.pseudo ? "pseudo" : ""}`;
  const shown = fitted(node.name, far ? 18 : 13);
  const numbers = node.pseudo ? "" : node.called ? `${rate(node.calls_per_second)}/s · p95 ${duration(node.p95_seconds)}` : "never called";
  const inside = html`
    <title>${node.pseudo ? node.hint : `${node.id}\n${numbers}${node.error_ratio ? `\n${ratio(node.error_ratio)} errors` : ""}`}</title>
    <rect width=${width} height=${height} rx="6" />
    ${node.error_ratio > 0 && html`<rect class="stripe" width="4" height=${height - 12} x="5" y="6" rx="2" />`}
    <text class="name" x="15" y=${node.pseudo || far ? 26 : 17}>${shown}</text>
    ${!node.pseudo && !far && html`<text class="numbers" x="15" y="32">${numbers}</text>`}`;
  const place = `translate(${at.x - width / 2} ${at.y - height / 2})`;
  if (node.pseudo) return html`<g class=${kind} transform=${place}>${inside}</g>`;
  // The first click shows the function's neighbours, the second opens the function.
  const href = focus ? functionAddress(node.id) : address("graph", { ...query, focus: node.id, depth: query.depth ?? 1 });
  return html`<a class=${kind} transform=${place} href=${href} data-id=${node.id} tabindex=${tabStop ? 0 : -1} onFocus=${() => onFocus(node.id)}>${inside}</a>`;
}

function Edge({ edge, path, tip }) {
  const kind = edge.seen ? severity(edge.error_ratio) : "unseen-edge";
  const point = (event) => tip.current?.({ id: `${edge.from} ${edge.to}`, x: event.clientX, y: event.clientY });
  return html`
    <g class="call" onPointerEnter=${point} onPointerMove=${point} onPointerLeave=${() => tip.current?.(null)}>
      <path class="reach" d=${path} />
      <path class=${`edge ${kind}`} d=${path} stroke-width=${thickness(edge.calls_per_second)} marker-end=${`url(#head-${edge.seen ? kind : "none"})`} />
    </g>`;
}

/** Label with the rate above the edge's line, and with the errors below it. */
function EdgeLabel({ edge, at }) {
  if (!at) return null;
  const bad = edge.error_ratio >= 0.0001;
  return html`
    <g class="edge-label">
      <text x=${at.x} y=${at.y - 4}>${edge.seen ? `${rate(edge.calls_per_second)}/s · p95 ${duration(edge.p95_seconds)}` : "only in code"}</text>
      ${bad && html`<text class="bad" x=${at.x} y=${at.y + 13}>${ratio(edge.error_ratio)} errors</text>`}
    </g>`;
}

function Arrowheads() {
  return html`<defs>${["none", "few", "some", "many"].map((kind) => html`
    <marker key=${kind} id=${`head-${kind}`} class=${`head ${kind}`} viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" markerUnits="userSpaceOnUse" orient="auto"><path d="M0 .5 8 4 0 7.5z" /></marker>`)}
  </defs>`;
}

/** Width of a line in pixels, from 1 to 6. Ten times the calls add one pixel. */
export function thickness(perSecond) {
  return Math.max(1, Math.min(6, 1.4 + Math.log10(perSecond + 0.1) * 1.3)).toFixed(2);
}

const pen = document.createElement("canvas").getContext("2d");
const fitting = new Map();

/** Shortens a name to the available room. */
function fitted(name, size) {
  const key = `${size} ${name}`;
  if (!fitting.has(key)) {
    if (fitting.size > 5000) fitting.clear();
    pen.font = `600 ${size}px ${getComputedStyle(document.body).fontFamily}`;
    const letters = [...name].slice(0, 60);
    const room = NODE.width - 24;
    let shown = letters.join("");
    if (letters.length < [...name].length || pen.measureText(shown).width > room) {
      while (letters.length && pen.measureText(`${letters.join("")}…`).width > room) letters.pop();
      shown = `${letters.join("")}…`;
    }
    fitting.set(key, shown);
  }
  return fitting.get(key);
}

function busiest(nodes) {
  const most = nodes.filter((node) => !node.pseudo).reduce((a, b) => (b.calls_per_second > (a?.calls_per_second ?? -1) ? b : a), null);
  return most?.id;
}

/** Returns the node in a direction with the smallest detour. */
function nearest(nodes, places, here, dx, dy) {
  let best = [Infinity, null];
  for (const { id } of nodes) {
    const { x, y } = places.get(id);
    const along = (x - here.x) * dx + (y - here.y) * dy;
    const aside = Math.abs((x - here.x) * dy) + Math.abs((y - here.y) * dx);
    if (along > 1 && along + 2 * aside < best[0]) best = [along + 2 * aside, id];
  }
  return best[1];
}
