// Tooltip with the numbers of the edge under the pointer. The table of calls has the same numbers.

import { html, useLayoutEffect, useRef, useState } from "../elements.js";
import { severity } from "../parts/bars.js";
import { count, duration, rate, ratio } from "../units.js";
import { OVERFLOW, OUTSIDE } from "./selection.js";

const GAP = 14;

/** `tip.current` receives `{id, x, y}`: the edge under the pointer and the pointer's position, or null. */
export function EdgeTip({ tip, edges }) {
  const [pointed, point] = useState(null);
  const box = useRef(null);
  tip.current = point;
  const edge = pointed && edges.find(({ from, to }) => `${from} ${to}` === pointed.id);
  useLayoutEffect(() => {
    if (!box.current || !pointed) return;
    const frame = box.current.parentElement.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = box.current;
    // Beside the pointer, on the side with enough room.
    const place = (at, length, room) => Math.max(4, at + GAP + length <= room ? at + GAP : at - GAP - length);
    box.current.style.left = `${place(pointed.x - frame.left, width, frame.width)}px`;
    box.current.style.top = `${place(pointed.y - frame.top, height, frame.height)}px`;
  });
  if (!edge) return null;
  const fact = (name, value, kind = "") => html`<div key=${name} class=${kind}><dt>${name}</dt><dd>${value}</dd></div>`;
  return html`
    <div class="edge-tip" ref=${box} role="status">
      <p>${nameOf(edge.from)} <span aria-label="calls">→</span> ${nameOf(edge.to)}</p>
      ${edge.seen
        ? html`<dl>
            ${fact("Calls/s", rate(edge.calls_per_second))}${fact("Errors", ratio(edge.error_ratio), `errors ${severity(edge.error_ratio)}`)}
            ${fact("p50", duration(edge.p50_seconds))}${fact("p95", duration(edge.p95_seconds))}${fact("p99", duration(edge.p99_seconds))}
            ${fact("Mean", duration(edge.mean_seconds))}${fact("Calls", count(edge.calls_total))}
          </dl>`
        : html`<p class="hint">only in the code: not seen since the start</p>`}
    </div>`;
}

function nameOf(id) {
  return id === OUTSIDE ? "not instrumented" : id === OVERFLOW ? "folded callers" : id;
}
