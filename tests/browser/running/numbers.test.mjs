// Numbers of a program that has had its calls: the page, the API and what Prometheus would scrape say the same, to the last call.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, given, open, until, visit } from "../stage.mjs";
import { sums } from "./metrics.mjs";

const base = given();

async function scrape() {
  const response = await fetch(`${base}metrics`, { headers: { accept: "text/plain" } });
  assert.equal(response.status, 200);
  return response.text();
}

const idOf = ({ module, function: name }) => `${module}::${name}`;
const callerOf = ({ caller_module: module, caller_function: name }) => (name ? `${module}::${name}` : "");
const totals = async () => (await ask(base, "functions")).functions;

/** Waits until the explorer has taken a sample of all that was called. */
async function sampled() {
  const [, calls] = [...sums(await scrape(), "function_calls_total", () => "all")][0];
  await until(async () => (await totals()).reduce((sum, f) => sum + f.calls_total, 0) === calls, `the API does not come to ${calls} calls`);
  return calls;
}

test("calls and errors of every function are those of /metrics", async () => {
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

test("good and bad calls of every objective are those of /metrics", async () => {
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

test("calls of every edge are those of /metrics", async () => {
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

test("the graph shows every function and every call between them", async () => {
  await sampled();
  const { nodes, edges } = await ask(base, "graph");
  const { page, close } = await open(base, "#/graph?outside=yes");
  const shown = await page.locator("a.node").evaluateAll((all) => all.map((node) => node.dataset.id));
  assert.deepEqual(shown.sort(), nodes.map((node) => node.id).sort());
  assert.equal(await page.locator(".frame path.edge").count(), edges.length);
  await close();
});
