// Numbers of the page have the unit that fits, and the scale of the heat map has round numbers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { position, ticks } from "../../exporters/explorer/page/charts/axis.js";
import { bound, duration, load } from "../../exporters/explorer/page/units.js";

const plain = (text) => text.replaceAll("\u202f", " ");

test("durations have the unit that fits, from nanoseconds to minutes", () => {
  const texts = {
    0: "0", 4.2e-8: "42.0 ns", 9.99e-7: "999 ns", 0.000002: "2.00 µs", 0.00012: "120 µs", 0.003: "3.00 ms", 0.9999: "1.00 s", 75: "75.0 s", 150: "2.50 min", 7200: "120 min",
  };
  for (const [seconds, text] of Object.entries(texts)) assert.equal(plain(duration(Number(seconds))), text);
  assert.equal(plain(duration(null)), "–");
});

test("time per second is never in minutes", () => {
  assert.deepEqual([0, 0.0004, 0.5, 1, 300].map(load).map(plain), ["0", "400 µs/s", "500 ms/s", "1.00 s/s", "300 s/s"]);
});

/** Returns a heat map with rows from one latency to another. */
function rows(from, to, perOctave, zero = false) {
  const ends = Array.from({ length: Math.ceil(Math.log2(to / from) * perOctave) + 1 }, (_, i) => from * 2 ** (i / perOctave));
  return { rows_per_octave: perOctave, bounds_seconds: zero ? [0, ...ends] : ends };
}

const labels = (heatmap) => ticks(heatmap, { from: 0, to: heatmap.bounds_seconds.length - 2 }, 12).map(bound).map(plain);

test("the scale of the heat map has round latencies at every size", () => {
  assert.deepEqual(labels(rows(1.5e-6, 2.5e-5, 4)), ["2 µs", "5 µs", "10 µs", "20 µs"]);
  assert.deepEqual(labels(rows(1e-8, 1e-6, 4)), ["10 ns", "20 ns", "50 ns", "100 ns", "200 ns", "500 ns", "1 µs"]);
  assert.deepEqual(labels(rows(20, 4000, 4)), ["20 s", "50 s", "2 min", "5 min", "10 min", "30 min", "60 min"]);
  assert.deepEqual(labels(rows(1e-8, 100, 1)), ["10 ns", "30 ns", "100 ns", "300 ns", "1 µs", "3 µs", "10 µs", "30 µs", "100 µs", "300 µs", "1 ms", "3 ms", "10 ms", "30 ms", "100 ms", "300 ms", "1 s", "3 s", "10 s", "30 s", "2 min"]);
  assert.deepEqual(labels(rows(2e-6, 2e-5, 4, true)), ["2 µs", "5 µs", "10 µs", "20 µs"]);
});

test("positions of bounds are the ends of rows", () => {
  for (const heatmap of [rows(2e-6, 2e-5, 4), rows(2e-6, 2e-5, 4, true), rows(1e-7, 10, 2)]) {
    heatmap.bounds_seconds.forEach((seconds, i) => seconds > 0 && assert.ok(Math.abs(position(heatmap, seconds) - i) < 1e-9));
  }
});
