// Chart of uPlot that lives as long as its element. New numbers update it, and new colours create it again.

import { html, useEffect, useLayoutEffect, useRef } from "../elements.js";
import uPlot from "../vendor/uplot-1.6.32/uplot.js";
import { onChoice } from "../preferences.js";
import { clock, UNKNOWN } from "../units.js";

const HEIGHT = 160;

/**
 * `series` are `{label, color, values}` over `times` (Unix seconds). `show` formats a value. `color` is the name of a
 * CSS custom property. The scale reaches at least `least`, so that noise near zero looks like noise.
 */
export function Plot({ title, times, series, show, least = 0, hint = null, summary }) {
  const box = useRef(null);
  const plot = useRef(null);
  const latest = useRef(null);
  latest.current = { times, series, show, least };
  const data = [times, ...series.map(({ values }) => values)];
  const labels = series.map(({ label }) => label).join("\n");
  useLayoutEffect(() => {
    const make = () => {
      plot.current?.destroy();
      plot.current = new uPlot(options(latest.current, box.current.clientWidth), [latest.current.times, ...latest.current.series.map(({ values }) => values)], box.current);
    };
    make();
    const resize = new ResizeObserver(() => box.current && plot.current?.setSize({ width: box.current.clientWidth, height: HEIGHT }));
    resize.observe(box.current);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", make);
    const stop = onChoice(make);
    return () => {
      stop();
      scheme.removeEventListener("change", make);
      resize.disconnect();
      plot.current.destroy();
      plot.current = null;
    };
  }, [labels]);
  useEffect(() => plot.current?.setData(data), [data.map((column) => column.at(-1)).join(), times[0], times.length]);
  return html`
    <figure class="chart">
      <figcaption><h2>${title}</h2>${hint && html`<span class="hint">${hint}</span>`}</figcaption>
      <div class="plot" ref=${box} role="img" aria-label=${`${title}: ${summary}`}></div>
    </figure>`;
}

function options({ times, series, show, least }, width) {
  const style = getComputedStyle(document.documentElement);
  const color = (name) => style.getPropertyValue(`--${name}`).trim();
  const font = `11px ${getComputedStyle(document.body).fontFamily}`;
  const axis = { stroke: color("muted"), font, grid: { stroke: color("line"), width: 1 }, ticks: { stroke: color("line"), width: 1, size: 4 } };
  const long = times.length > 1 && times.at(-1) - times[0] > 900;
  return {
    width, height: HEIGHT, padding: [8, 36, 0, 0], legend: { live: true, markers: { width: 2 } },
    cursor: { sync: { key: "function" }, points: { size: 6 }, y: false, drag: { x: false, y: false } },
    scales: { y: { range: (_, min, max) => [0, Math.max(max || 0, least) * 1.08 || 1] } },
    axes: [
      { ...axis, size: 28, space: 76, values: (_, splits) => splits.map((at) => time(at, long)) },
      { ...axis, size: 62, values: (_, splits) => splits.map((value) => show(value)) },
    ],
    series: [
      { label: "Time", value: (_, at) => (at === null ? clock(times.at(-1)) : clock(at)) },
      ...series.map(({ label, color: name, fill, values }) => ({
        label, stroke: color(name), width: 1.5, fill: fill ? `${color(name)}22` : undefined, points: { show: false },
        value: (plot, value, _, index) => (index === null ? show(last(plot.data, values, series, label)) : value === null ? UNKNOWN : show(value)),
      })),
    ],
  };
}

/** Value in the legend while the pointer is elsewhere: the newest one. */
function last(data, values, series, label) {
  const column = data[1 + series.findIndex((one) => one.label === label)] ?? values;
  return column.findLast((value) => value !== null) ?? null;
}

function time(unixSeconds, long) {
  return new Date(unixSeconds * 1000).toLocaleTimeString([], long ? { hour: "2-digit", minute: "2-digit" } : { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}
