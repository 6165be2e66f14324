// Flows on the page: the functions that a flow reached, and the flows that a function serves.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MOCK_ONLY, ask, assertSays, mock, open, tabTo } from "./stage.mjs";

const ORDERS = "POST /orders";

test("the choice of a flow shows the functions that it reached, with the numbers of its calls", MOCK_ONLY, async () => {
  const base = await mock();
  const { functions } = await ask(base, `functions?window=60&flow=${encodeURIComponent(ORDERS)}`);
  const { page, close } = await open(base, "#/functions");
  await page.getByRole("button", { name: "Flat" }).click();
  await page.getByLabel("Flow", { exact: true }).selectOption(ORDERS);
  await page.locator(".summary", { hasText: `in flow ${ORDERS}` }).waitFor();
  const rows = await page.locator("table.functions tbody tr").evaluateAll((all) =>
    all.map((row) => ({ id: row.querySelector("a.function").title, cells: Object.fromEntries([...row.querySelectorAll("[data-column]")].map((cell) => [cell.dataset.column, cell.textContent])) })));
  assert.deepEqual(rows.map(({ id }) => id).sort(), functions.map(({ id }) => id));
  for (const f of functions) {
    const { cells } = rows.find(({ id }) => id === f.id);
    assert.deepEqual(Object.keys(cells), ["rate", "errors", "mean", "time"]);
    assertSays(cells.rate, f.calls_per_second, `${f.id} calls/s`);
    assertSays(cells.errors, f.error_ratio, `${f.id} errors`);
    assertSays(cells.mean, f.mean_seconds, `${f.id} mean`);
    assertSays(cells.time, f.time_per_second, `${f.id} time`);
  }
  assert.match(page.url(), /#\/functions\?flow=POST\+%2Forders$/);
  assert.equal(await page.getByLabel("Only slow: p95 from").isDisabled(), true);
  await close();
});

test("a function shows its flows with their shares, and leads to their functions and events", MOCK_ONLY, async () => {
  const base = await mock();
  const id = "shop::catalog::Catalog::find";
  const { flows } = await ask(base, `series?function=${encodeURIComponent(id)}&range=300`);
  assert.deepEqual(flows.map(({ name }) => name), ["GET /products/{id}", "POST /carts"]);
  const { page, close } = await open(base, `#/function/${encodeURIComponent(id)}`);
  const shown = await page.getByRole("region", { name: "Flows" }).locator("tbody tr").evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent)));
  flows.toSorted((a, b) => b.share - a.share).forEach((flow, i) => {
    assert.equal(shown[i][0], flow.name);
    assertSays(shown[i][1], flow.share, "share");
    assertSays(shown[i][2], flow.calls_per_second, "calls/s");
    assertSays(shown[i][4], flow.mean_seconds, "mean");
  });
  await tabTo(page, "POST /carts", "a");
  await page.keyboard.press("Enter");
  await page.locator(".summary", { hasText: "in flow POST /carts" }).waitFor();
  await tabTo(page, "events of the flow", "a");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Events" }).waitFor();
  assert.equal(await page.getByLabel("Flow", { exact: true }).inputValue(), "POST /carts");
  await close();
});

test("a program that does not count flows has no word about them", MOCK_ONLY, async () => {
  const base = await mock("large");
  const { functions } = await ask(base, "functions");
  for (const hash of ["#/functions", "#/events", `#/function/${encodeURIComponent(functions[0].id)}`]) {
    const { page, close } = await open(base, hash);
    assert.equal(await page.locator("select.flow").count(), 0, hash);
    assert.doesNotMatch(await page.locator("main").textContent(), /flow/i, hash);
    await close();
  }
});

test("a name of a flow that looks like markup is text in the choice and in the heading", MOCK_ONLY, async () => {
  const base = await mock("hostile");
  const name = "<script>alert(1)</script>";
  const { page, close } = await open(base, "#/functions");
  await page.getByLabel("Flow", { exact: true }).selectOption(name);
  await page.locator(".summary .flow b", { hasText: name }).waitFor();
  const other = `shop::names::${name}`;
  await page.locator(`table.functions a.function[title="${other}"]`).click();
  await page.getByRole("region", { name: "Flows" }).getByRole("link", { name, exact: true }).waitFor();
  await close();
});
