// Numbers of a program after its calls: the page, the API and the text for Prometheus agree to the
// last call.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, assertSays, given, open, read, until, visit } from "../stage.mjs";
import { sums } from "./metrics.mjs";

const base = given();
const PRICE = "shop::cart::price";

async function scrape() {
  const response = await fetch(`${base}metrics`, { headers: { accept: "text/plain" } });
  assert.equal(response.status, 200);
  return response.text();
}

const idOf = ({ module, function: name }) => `${module}::${name}`;
const callerOf = ({ caller_module: module, caller_function: name }) => (name ? `${module}::${name}` : "");
const totals = async () => (await ask(base, "functions")).functions;

/** Waits until the explorer has taken a sample with all calls. */
async function sampled() {
  const [, calls] = [...sums(await scrape(), "function_calls_total", () => "all")][0];
  await until(async () => (await totals()).reduce((sum, f) => sum + f.calls_total, 0) === calls, `the API does not come to ${calls} calls`);
  return calls;
}

test("calls and errors of every function match /metrics", async () => {
  assert.ok((await sampled()) > 1000, "there is something to compare");
  const text = await scrape();
  const calls = sums(text, "function_calls_total", idOf);
  const errors = sums(text, "function_calls_total", (labels) => labels.result === "error" && idOf(labels));
  const measured = sums(text, "function_calls_duration_seconds_count", idOf);
  const cancelled = sums(text, "function_calls_cancelled_total", idOf);
  const functions = await totals();
  assert.deepEqual(functions.map((f) => [f.id, f.calls_total]), [...calls].sort());
  assert.deepEqual(functions.map((f) => [f.id, f.calls_total]), [...measured].sort());
  assert.deepEqual(functions.map((f) => [f.id, f.errors_total]), [...errors].sort());
  assert.deepEqual(functions.filter((f) => f.cancelled_total !== null).map((f) => [f.id, f.cancelled_total]), [...cancelled].sort());
  assert.ok(functions.some((f) => f.errors_total > 0), "something failed");
  assert.equal(await scrape(), text, "nothing was called meanwhile");
});

test("good and bad calls of every objective match /metrics", async () => {
  await sampled();
  const text = await scrape();
  const of = (outcome) => (labels) => labels.outcome === outcome && `${labels.objective_name} ${labels.sli}`;
  const [good, bad] = ["good", "bad"].map((outcome) => sums(text, "function_objective_calls_total", of(outcome)));
  const { objectives } = await ask(base, "objectives");
  const shown = objectives.flatMap((o) => o.slis.map((sli) => [`${o.name} ${sli.sli}`, sli.calls_total - sli.bad_total, sli.bad_total]));
  assert.deepEqual(shown.sort(), [...good.keys()].sort().map((key) => [key, good.get(key), bad.get(key)]));
  assert.ok(shown.some(([, , spoilt]) => spoilt > 0), "something was bad");
  const cancelled = sums(text, "function_calls_cancelled_total", idOf);
  for (const o of objectives.filter((objective) => objective.cancelled_total !== null)) {
    assert.equal(o.cancelled_total, o.functions.reduce((sum, id) => sum + (cancelled.get(id) ?? 0), 0), o.name);
  }
});

test("calls of every edge match /metrics", async () => {
  await sampled();
  const edgeOf = (labels) => `${callerOf(labels)} > ${idOf(labels)}`;
  const scraped = [...sums(await scrape(), "function_calls_total", edgeOf)].filter(([, calls]) => calls > 0).sort();
  const { edges } = await ask(base, "graph");
  const seen = edges.filter((edge) => edge.calls_total > 0).map((edge) => [`${edge.caller ?? ""} > ${edge.callee}`, edge.calls_total]);
  assert.deepEqual(seen.sort(), scraped);
});

test("the page shows the same calls and errors of every function", async () => {
  await sampled();
  const { page, close } = await open(base, "#/functions");
  for (const f of await totals()) {
    await visit(page, `#/function/${encodeURIComponent(f.id)}`);
    assert.equal(await page.locator("h1").textContent(), f.name);
    const fact = async (name) => Number((await page.locator(".facts dt").getByText(name, { exact: true }).locator("xpath=../dd").textContent()).replaceAll(",", ""));
    assert.deepEqual([f.id, await fact("Calls"), await fact("Failed")], [f.id, f.calls_total, f.errors_total]);
  }
  await close();
});

test("latencies of microseconds are shown as such, and add up to the sum of /metrics", async () => {
  await sampled();
  const text = await scrape();
  const of = (labels) => idOf(labels) === PRICE && "all";
  const [calls, seconds] = ["count", "sum"].map((part) => sums(text, `function_calls_duration_seconds_${part}`, of).get("all"));
  assert.ok(calls > 100 && seconds / calls < 0.000_5, `${calls} calls of ${PRICE} took ${seconds} s`);

  // The sum of the latencies is between the sums of the lower and of the upper ends of their rows.
  const { heatmap } = await ask(base, `series?function=${encodeURIComponent(PRICE)}&range=300`);
  const ends = heatmap.bounds_seconds;
  const total = (weight) => heatmap.calls.flatMap((column) => column.map((n, row) => n * weight(row))).reduce((sum, n) => sum + n, 0);
  assert.equal(total(() => 1), calls);
  const [least, most] = [total((row) => ends[row]), total((row) => ends[row + 1])];
  assert.ok(least <= seconds * 1.001 && seconds <= most * 1.001, `${seconds} s are not within ${least} s and ${most} s`);
  // A row is an octave high at most. Rows are that high after a call that was delayed for long.
  assert.ok(most < 2.01 * least, `rows from ${least} s to ${most} s`);

  // Quantiles are in the rows of the calls of that rank.
  const rank = (q) => Math.ceil(q * calls);
  const byRow = ends.slice(1).map((_, row) => heatmap.calls.reduce((sum, column) => sum + column[row], 0));
  const rowOf = (q) => byRow.findIndex((_, row) => byRow.slice(0, row + 1).reduce((sum, n) => sum + n, 0) >= rank(q));
  const { page, close } = await open(base, `#/function/${encodeURIComponent(PRICE)}`);
  await page.getByLabel("Window of the numbers").selectOption("21600");
  await page.getByLabel("Numbers of the last 6\u202fh").waitFor();
  const fact = async (name) => page.locator(".facts dt").getByText(name, { exact: true }).locator("xpath=../dd").textContent();
  assertSays(await fact("Mean"), seconds / calls, "mean");
  for (const [name, q] of [["p50", 0.5], ["p95", 0.95], ["p99", 0.99]]) {
    const shown = await fact(name);
    const { value } = read(shown);
    assert.ok(value >= ends[rowOf(q)] * 0.99 && value <= ends[rowOf(q) + 1] * 1.01, `${name} ${shown} is not in ${ends[rowOf(q)]} to ${ends[rowOf(q) + 1]} s`);
    assert.match(shown, value < 0.000_001 ? /ns$/ : value < 0.001 ? /µs$/ : /ms$/);
  }
  assert.ok(read(await fact("p50")).value < 0.001, "half of the calls take microseconds");
  await close();
});

test("quantiles of an edge with all calls of its callee equal the callee's", async () => {
  await sampled();
  const { edges } = await ask(base, "graph?window=21600");
  const { functions } = await ask(base, "functions?window=21600");
  for (const edge of edges.filter((one) => one.calls_total > 0)) {
    const [p50, p95, p99] = ["p50", "p95", "p99"].map((name) => edge[`${name}_seconds`]);
    assert.ok(p50 > 0 && p50 <= p95 && p95 <= p99, JSON.stringify(edge));
    // At most half of the calls take longer than twice the mean.
    assert.ok(p50 <= 2 * edge.mean_seconds * 1.05, JSON.stringify(edge));
    const callee = functions.find((f) => f.id === edge.callee);
    if (edge.calls_total === callee.calls_total) assert.deepEqual([p50, p95, p99], ["p50", "p95", "p99"].map((name) => callee[`${name}_seconds`]), edge.callee);
  }
});

test("the graph shows every function and every edge", async () => {
  await sampled();
  const { nodes, edges } = await ask(base, "graph");
  const { page, close } = await open(base, "#/graph?outside=yes");
  const shown = await page.locator("a.node").evaluateAll((all) => all.map((node) => node.dataset.id));
  assert.deepEqual(shown.sort(), nodes.map((node) => node.id).sort());
  assert.equal(await page.locator(".frame path.edge").count(), edges.length);
  await close();
});
