// Latencies over time as shades: a column per span of time, a row per part of an octave, darker for more calls. Beside
// them, bars with the calls of all columns, and the quantiles.

import { html, useEffect, useRef, useState } from "../elements.js";
import { onChoice } from "../preferences.js";
import { bound, clock, count, duration, share } from "../units.js";
import { position, ticks } from "./axis.js";

const LEFT = 62;
const BOTTOM = 20;
const LEAST_ROWS = 12;
/** Position of the bars beside the columns, in pixels. A narrow window has no bars. */
const BARS = { gap: 18, width: 96, labels: 82 };
const NARROW = 560;
const QUANTILES = ["p50", "p95", "p99"];

export function Heatmap({ heatmap }) {
  if (heatmap.bounds_seconds.length > 0) return html`<${Map} heatmap=${heatmap} />`;
  return html`<figure class="chart heatmap"><figcaption><h2>Latencies</h2><span class="hint">no calls in this time</span></figcaption></figure>`;
}

function Map({ heatmap }) {
  const canvas = useRef(null);
  const [pointed, point] = useState(null);
  const latest = useRef(null);
  latest.current = () => canvas.current && draw(canvas.current, heatmap);
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
  const totals = sums(heatmap);
  const all = totals.reduce((sum, calls) => sum + calls, 0);
  const move = (event) => {
    const box = canvas.current.getBoundingClientRect();
    const { rows, row: height, right } = shape(heatmap, box.width);
    const row = rows.to - Math.floor((event.clientY - box.top) / height);
    const x = event.clientX - box.left;
    const column = Math.floor(((x - LEFT) / (right - LEFT)) * heatmap.times.length);
    if (!(row in totals)) return point(null);
    if (x > right) return point(`${range(heatmap, row)} · ${count(totals[row])} of ${count(all)} calls, ${share(totals[row] / all)}`);
    const calls = heatmap.calls[column]?.[row];
    point(calls === undefined ? null : `${clock(heatmap.times[column])} · ${range(heatmap, row)} · ${count(calls)} calls`);
  };
  const quantiles = QUANTILES.map((name) => `${name} ${duration(heatmap[`${name}_seconds`])}`).join(", ");
  return html`
    <figure class="chart heatmap">
      <figcaption><h2>Latencies</h2><span class="hint">${pointed ?? `calls by latency, in a stronger colour for more calls; ${quantiles} of all calls`}</span></figcaption>
      <canvas ref=${canvas} height=${shape(heatmap, NARROW).height} role="img" onPointerMove=${move} onPointerLeave=${() => point(null)}
        aria-label=${`Latencies over time: ${count(all)} calls, from ${bound(heatmap.bounds_seconds[0])} to ${bound(heatmap.bounds_seconds.at(-1))}; ${quantiles}.`}></canvas>
    </figure>`;
}

/** Returns the calls of all columns, by row. */
function sums({ bounds_seconds: bounds, calls }) {
  return bounds.slice(1).map((_, row) => calls.reduce((sum, column) => sum + column[row], 0));
}

function range({ bounds_seconds: bounds }, row) {
  const [from, to] = [bounds[row], bounds[row + 1]].map(threeDigits);
  return from === 0 ? `up to ${bound(to)}` : `${bound(from)} to ${bound(to)}`;
}

function threeDigits(seconds) {
  return Number(seconds.toPrecision(3));
}

/** Returns the sizes for a canvas of a width. Few rows get empty ones around them, so that there is a scale. */
function shape({ bounds_seconds: bounds }, width) {
  const used = bounds.length - 1;
  const empty = Math.max(1, Math.ceil((LEAST_ROWS - used) / 2));
  const rows = { from: bounds[0] === 0 ? 0 : -empty, to: used - 1 + empty };
  const row = rows.to - rows.from > 26 ? 11 : 14;
  const bars = width >= NARROW ? BARS.gap + BARS.width + BARS.labels : 8;
  return { rows, row, right: width - bars, height: (rows.to - rows.from + 1) * row + BOTTOM };
}

function draw(canvas, heatmap) {
  const { times, calls } = heatmap;
  const style = getComputedStyle(document.documentElement);
  const color = (name) => style.getPropertyValue(`--${name}`).trim();
  const width = canvas.clientWidth;
  const layout = shape(heatmap, width);
  const { rows, row: rowHeight, right, height } = layout;
  const density = devicePixelRatio || 1;
  canvas.width = width * density;
  canvas.height = height * density;
  canvas.style.height = `${height}px`;
  const pen = canvas.getContext("2d");
  pen.scale(density, density);
  pen.font = `11px ${getComputedStyle(document.body).fontFamily}`;
  const bottom = height - BOTTOM;
  const y = (at) => bottom - (at - rows.from) * rowHeight;
  const level = (seconds) => y(position(heatmap, seconds));
  pen.textAlign = "right";
  pen.textBaseline = "middle";
  for (const seconds of ticks(heatmap, rows, rowHeight)) {
    pen.fillStyle = color("line");
    pen.fillRect(LEFT - 4, Math.round(level(seconds)), right - LEFT + 4, 1);
    pen.fillStyle = color("muted");
    pen.fillText(bound(seconds), LEFT - 8, Math.min(Math.max(level(seconds), 6), bottom - 2));
  }
  pen.fillStyle = color("line");
  pen.fillRect(LEFT, bottom, right - LEFT, 1);
  const cell = (right - LEFT) / times.length;
  const most = Math.max(1, ...calls.flat());
  const heat = color("heat");
  calls.forEach((column, i) => column.forEach((n, row) => {
    if (n === 0) return;
    // The square root keeps rare slow calls visible beside many fast ones.
    pen.fillStyle = `rgba(${heat}, ${(0.12 + 0.88 * Math.sqrt(n / most)).toFixed(3)})`;
    pen.fillRect(LEFT + i * cell, y(row + 1), Math.max(1, cell - (cell > 4 ? 1 : 0)), rowHeight - 1);
  }));
  pen.fillStyle = color("muted");
  pen.textBaseline = "alphabetic";
  pen.textAlign = "center";
  const room = pen.measureText(clock(times[0])).width + 24;
  const every = Math.max(1, Math.ceil(room / cell));
  for (let i = Math.floor(every / 2); LEFT + i * cell + room / 2 < right; i += every) {
    pen.fillText(clock(times[i]), LEFT + (i + 0.5) * cell, height - 5);
  }
  if (width >= NARROW) drawBars(pen, heatmap, { x: right + BARS.gap, y, level, rowHeight, bottom, color });
}

/** Draws the bars of all columns, and a line at each quantile. Labels do not overlap. */
function drawBars(pen, heatmap, { x, y, level, rowHeight, bottom, color }) {
  const totals = sums(heatmap);
  const most = Math.max(1, ...totals);
  pen.fillStyle = color("fill");
  totals.forEach((n, row) => n > 0 && pen.fillRect(x, y(row + 1), Math.max(1.5, (n / most) * BARS.width), rowHeight - 1));
  pen.fillStyle = color("line-strong");
  pen.fillRect(x - 1, y(totals.length), 1, y(0) - y(totals.length) - 1);
  pen.textAlign = "left";
  pen.textBaseline = "middle";
  let above = bottom + 13;
  for (const name of QUANTILES) {
    const seconds = heatmap[`${name}_seconds`];
    if (seconds === null) continue;
    // Latencies in the zero bucket are drawn in the middle of the lowest row.
    const at = Math.min(level(seconds), y(0) - rowHeight / 2);
    above = Math.min(at, above - 13);
    pen.fillStyle = color("text");
    pen.fillRect(x, Math.round(at), BARS.width, 1);
    pen.fillText(`${name} ${duration(seconds)}`, x + BARS.width + 6, above);
  }
  pen.textAlign = "center";
  pen.textBaseline = "alphabetic";
  pen.fillStyle = color("muted");
  pen.fillText("all calls", x + BARS.width / 2, bottom + BOTTOM - 5);
}
