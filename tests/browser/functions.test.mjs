// The list of functions: its numbers are those of the API, and it can be filtered, sorted and used
// with keys.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MOCK_ONLY, anyExplorer, ask, assertSays, mock, open } from "./stage.mjs";

const COLUMNS = {
  rate: "calls_per_second", errors: "error_ratio", p50: "p50_seconds", p95: "p95_seconds", p99: "p99_seconds",
  flight: "in_flight", self: "self_time_per_second", share: "self_share",
};

const names = (page) => page.locator("table.functions th[scope=row] a.function .name").allTextContents();

test("numbers in the list are those of the API", async () => {
  const base = await anyExplorer();
  const functions = await ask(base, "functions?window=60");
  const { page, close } = await open(base, "#/functions", { pinned: { functions } });
  await page.getByRole("button", { name: "Flat" }).click();
  const rows = await page.locator("table.functions tbody tr").evaluateAll((all) =>
    all.map((row) => ({ id: row.querySelector("a.function").title, cells: Object.fromEntries([...row.querySelectorAll("[data-column]")].map((cell) => [cell.dataset.column, cell.textContent])) })));
  const called = functions.functions.filter((f) => f.called);
  assert.equal(rows.length, called.length);
  for (const f of called) {
    const { cells } = rows.find((row) => row.id === f.id);
    for (const [column, key] of Object.entries(COLUMNS)) assertSays(cells[column], f[key], `${f.id} ${key}`);
  }
  const idle = await page.locator(".never a.function").evaluateAll((all) => all.map((link) => link.title));
  assert.deepEqual(idle, functions.functions.filter((f) => !f.called).map((f) => f.id));
  await close();
});

test("the row of a module shows the sum of its functions", MOCK_ONLY, async () => {
  const base = await mock();
  const functions = await ask(base, "functions?window=60");
  const { page, close } = await open(base, "#/functions", { pinned: { functions } });
  const cells = page.locator("tr.module-row", { hasText: /^cart/ });
  const sum = functions.functions.filter((f) => f.module === "shop::cart").reduce((all, f) => all + f.calls_per_second, 0);
  assertSays(await cells.locator("[data-column=rate]").textContent(), sum, "calls/s of shop::cart");
  await close();
});

test("the filter selects by words, and / focuses it", MOCK_ONLY, async () => {
  const { page, close } = await open(await mock(), "#/functions");
  await page.keyboard.press("/");
  await page.keyboard.type("gateway cap");
  assert.deepEqual(await names(page), ["Gateway::capture"]);
  assert.match(page.url(), /#\/functions\?filter=gateway\+cap$/);
  await page.keyboard.press("Escape");
  assert.equal(await page.evaluate(() => document.activeElement.tagName), "BODY");
  await close();
});

test("the options for failing and slow functions filter the list", MOCK_ONLY, async () => {
  const base = await mock();
  const { functions } = await ask(base, "functions?window=60");
  const { page, close } = await open(base, "#/functions");
  const expect = async (keep) => assert.deepEqual((await names(page)).sort(), functions.filter(keep).map((f) => f.name).sort());
  await page.getByLabel("Only failing").check();
  await expect((f) => f.errors_per_second > 0);
  await page.getByLabel("Only slow").check();
  await expect((f) => f.errors_per_second > 0 && f.p95_seconds >= 0.1);
  await page.getByLabel("Only failing").uncheck();
  await page.getByLabel("Slow from a p95 of").selectOption("0.01");
  await expect((f) => f.p95_seconds >= 0.01);
  await close();
});

test("a header sorts, and has the direction in aria-sort", MOCK_ONLY, async () => {
  const base = await mock();
  const { functions } = await ask(base, "functions?window=60");
  const { page, close } = await open(base, "#/functions");
  await page.getByRole("button", { name: "Flat" }).click();
  await page.getByRole("button", { name: "p99" }).click();
  const byLatency = functions.filter((f) => f.called).sort((a, b) => b.p99_seconds - a.p99_seconds || (a.id < b.id ? -1 : 1)).map((f) => f.name);
  assert.deepEqual(await names(page), byLatency);
  assert.equal(await page.locator("th", { hasText: "p99" }).getAttribute("aria-sort"), "descending");
  await page.getByRole("button", { name: "p99" }).click();
  assert.equal(await page.locator("th", { hasText: "p99" }).getAttribute("aria-sort"), "ascending");
  assert.equal((await names(page)).at(-1), byLatency[0]);
  await close();
});

test("arrow keys move through rows and modules, and Enter opens a function", MOCK_ONLY, async () => {
  const { page, close } = await open(await mock(), "#/functions");
  const focused = () => page.evaluate(() => document.activeElement.textContent.trim());
  await page.locator("[data-row]").first().focus();
  await page.keyboard.press("ArrowDown");
  const module = await focused();
  await page.keyboard.press("ArrowLeft");
  assert.equal(await page.evaluate(() => document.activeElement.getAttribute("aria-expanded")), "false");
  await page.keyboard.press("ArrowRight");
  assert.equal(await focused(), module);
  await page.keyboard.press("ArrowDown");
  const name = await focused();
  await page.keyboard.press("Enter");
  await page.locator("h1", { hasText: name }).waitFor();
  assert.match(page.url(), /#\/function\//);
  await close();
});

test("the window changes the requests and is remembered", MOCK_ONLY, async () => {
  const base = await mock();
  const { page, close } = await open(base, "#/functions");
  const asked = page.waitForRequest(/functions\?window=1800/);
  await page.getByLabel("Window of the numbers").selectOption("1800");
  await asked;
  await page.reload();
  assert.equal(await page.getByLabel("Window of the numbers").inputValue(), "1800");
  await close();
});

test("a list of a thousand functions shows the first 250, and the others on request", MOCK_ONLY, async () => {
  const base = await mock("large");
  const functions = await ask(base, "functions?window=60");
  const copies = [0, 1, 2, 3].flatMap((n) => functions.functions.slice(0, 250).map((f) => ({ ...f, id: `${f.id}_${n}`, name: `${f.name}_${n}` })));
  const { page, close } = await open(base, "#/functions", { pinned: { functions: { ...functions, functions: copies } } });
  for (const arrangement of ["Modules", "Flat"]) {
    await page.getByRole("button", { name: arrangement }).click();
    assert.equal(await page.locator("table.functions tbody tr").count(), 251, arrangement);
  }
  await page.getByRole("button", { name: "Show the other 750 functions" }).click();
  assert.equal((await names(page)).length, 1000);
  await close();
});
