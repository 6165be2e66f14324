// Latencies over time as shades: a column per span of time, a row per bucket, stronger where more calls fell.

import { html, useEffect, useRef, useState } from "../elements.js";
import { onChoice } from "../preferences.js";
import { bound, clock, count } from "../units.js";

const ROW = 15;
const LEFT = 62;
const BOTTOM = 20;

export function Heatmap({ heatmap }) {
  const canvas = useRef(null);
  const [pointed, point] = useState(null);
  const rows = usedRows(heatmap);
  const height = (rows.to - rows.from + 1) * ROW + BOTTOM;
  const latest = useRef(null);
  latest.current = () => canvas.current && draw(canvas.current, heatmap, rows, height);
  useEffect(() => latest.current());
  useEffect(() => {
    const again = () => latest.current();
    const resize = new ResizeObserver(again);
    resize.observe(canvas.current);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", again);
    const stop = onChoice(again);
    return () => {
      resize.disconnect();
      scheme.removeEventListener("change", again);
      stop();
    };
  }, []);
  const move = (event) => {
    const box = canvas.current.getBoundingClientRect();
    const column = Math.floor(((event.clientX - box.left - LEFT) / (box.width - LEFT)) * heatmap.times.length);
    const row = rows.to - Math.floor((event.clientY - box.top) / ROW);
    const calls = row >= rows.from ? heatmap.calls[column]?.[row] : undefined;
    point(calls === undefined ? null : `${clock(heatmap.times[column])} · ${bucket(heatmap, row)} · ${count(calls)} calls`);
  };
  const total = heatmap.calls.flat().reduce((sum, n) => sum + n, 0);
  return html`
    <figure class="chart heatmap">
      <figcaption><h2>Latencies</h2><span class="hint">${pointed ?? "calls per bucket; the stronger, the more"}</span></figcaption>
      <canvas ref=${canvas} height=${height} role="img" onPointerMove=${move} onPointerLeave=${() => point(null)}
        aria-label=${`Latencies over time: ${count(total)} calls, from ${bucket(heatmap, rows.from)} to ${bucket(heatmap, rows.to)}. The charts of quantiles say the same in numbers.`}></canvas>
    </figure>`;
}

/** From the lowest to the highest bucket with a call, and one above. */
function usedRows({ calls, bounds_seconds: bounds }) {
  const used = bounds.concat(Infinity).map((_, row) => calls.some((column) => column[row] > 0));
  const from = used.indexOf(true);
  return from < 0 ? { from: 0, to: bounds.length } : { from: Math.max(0, from - 1), to: Math.min(bounds.length, used.lastIndexOf(true) + 1) };
}

function bucket({ bounds_seconds: bounds }, row) {
  if (row === bounds.length) return `above ${bound(bounds.at(-1))}`;
  return row === 0 ? `up to ${bound(bounds[0])}` : `${bound(bounds[row - 1])} to ${bound(bounds[row])}`;
}

function draw(canvas, { times, bounds_seconds: bounds, calls }, rows, height) {
  const style = getComputedStyle(document.documentElement);
  const color = (name) => style.getPropertyValue(`--${name}`).trim();
  const width = canvas.clientWidth;
  const density = devicePixelRatio || 1;
  canvas.width = width * density;
  canvas.height = height * density;
  canvas.style.height = `${height}px`;
  const pen = canvas.getContext("2d");
  pen.scale(density, density);
  pen.font = `11px ${getComputedStyle(document.body).fontFamily}`;
  const cell = (width - LEFT) / times.length;
  const most = Math.max(1, ...calls.flat());
  const heat = color("heat");
  for (let row = rows.from; row <= rows.to; row++) {
    const y = (rows.to - row) * ROW;
    pen.fillStyle = color("line");
    pen.fillRect(LEFT, y + ROW - 0.5, width - LEFT, 0.5);
    calls.forEach((column, i) => {
      if (column[row] > 0) {
        // The root lets rare slow calls be seen beside many fast ones.
        pen.fillStyle = `rgba(${heat}, ${(0.1 + 0.9 * Math.sqrt(column[row] / most)).toFixed(3)})`;
        pen.fillRect(LEFT + i * cell, y, Math.max(1, cell - (cell > 4 ? 1 : 0)), ROW - 1);
      }
    });
    pen.fillStyle = color("muted");
    pen.textAlign = "right";
    pen.textBaseline = "middle";
    if (row < rows.to) pen.fillText(bound(bounds[row]), LEFT - 8, y);
  }
  pen.textBaseline = "alphabetic";
  pen.textAlign = "center";
  const room = pen.measureText(clock(times[0])).width + 24;
  const every = Math.max(1, Math.ceil(room / cell));
  for (let i = Math.floor(every / 2); LEFT + i * cell + room / 2 < width; i += every) {
    pen.fillText(clock(times[i]), LEFT + (i + 0.5) * cell, height - 5);
  }
}
