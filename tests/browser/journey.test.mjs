// The way from a burning objective to the suspect function with the keyboard alone, and the numbers
// on it.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, assertSays, mock, open, tabTo } from "./stage.mjs";

test("the keyboard leads from a burning objective to the suspect function", async () => {
  const { page, close } = await open(await mock(), "#/functions");
  await page.locator("nav .badge", { hasText: "1" }).waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  await page.locator("section.burning").waitFor();
  await tabTo(page, "Find the cause");
  await page.keyboard.press("Enter");
  await page.locator("section.walk").first().waitFor();
  assert.match(page.url(), /#\/suspects\?objective=checkout&sli=success$/);
  await tabTo(page, "Gateway::authorize");
  await page.keyboard.press("Enter");
  await page.locator("h1", { hasText: "Gateway::authorize" }).waitFor();
  await close();
});

test("g and a letter open each view, and the skip link focuses the content", async () => {
  const { page, close } = await open(await mock(), "#/objectives");
  for (const [key, title] of [["f", "Functions"], ["c", "Call graph"], ["o", "Objectives"], ["s", "Suspects"], ["e", "Events"]]) {
    await page.keyboard.press("g");
    await page.keyboard.press(key);
    await page.locator("h1", { hasText: title }).waitFor();
    assert.equal(await page.locator("nav a[aria-current=page]").textContent().then((text) => text.startsWith(title)), true);
    assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  }
  await page.reload();
  await page.locator("h1").waitFor();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  assert.equal(await page.evaluate(() => document.activeElement.id), "main");
  await close();
});

test("a suspect shows the numbers of each step of its path", async () => {
  const base = await mock();
  const suspects = await ask(base, "suspects?window=60");
  const { page, close } = await open(base, "#/suspects", { pinned: { suspects } });
  const walks = await page.locator("section.walk").evaluateAll((all) =>
    all.map((walk) => [...walk.querySelectorAll("li:not(.columns)")].map((li) => ({
      id: li.querySelector("a.function").title,
      values: [...li.querySelectorAll(".value")].map((value) => [...value.childNodes].filter((node) => !node.classList?.contains("label")).map((node) => node.textContent).join("")),
    }))));
  assert.equal(walks.length, suspects.suspects.length);
  suspects.suspects.forEach(({ path }, i) => path.forEach((step, at) => {
    const shown = walks[i][at];
    assert.equal(shown.id, step.id);
    const expected = [step.before_per_second, step.now_per_second, step.rise_per_second, step.share_of_rise, step.self_share];
    expected.forEach((value, column) => (value === 0 ? assert.match(shown.values[column], /^0/) : assertSays(shown.values[column], value, `${step.id} ${column}`)));
  }));
  await close();
});

test("objectives show the numbers of the API", async () => {
  const base = await mock();
  const objectives = await ask(base, "objectives?window=60");
  const { page, close } = await open(base, "#/objectives", { pinned: { objectives } });
  for (const objective of objectives.objectives) {
    const section = page.getByRole("region", { name: `Objective ${objective.name}` });
    for (const [i, sli] of objective.slis.entries()) {
      const indicator = section.locator(".indicator").nth(i);
      const burn = await indicator.locator(".burn dl > div > dd:first-of-type").allTextContents();
      sli.burn_rates.forEach(({ burn_rate: value }, at) => (value === 0 ? assert.equal(burn[at], "0×") : assertSays(burn[at], value, `${objective.name} ${sli.sli}`)));
      const tiers = await indicator.locator(".tiers tbody tr").allTextContents();
      sli.tiers.forEach((tier, at) => assert.equal(tiers[at].includes("fires"), tier.fires, tiers[at]));
      const shown = Number((await indicator.locator(".now b").textContent()).replace(/[^\d.]/g, "")) / 100;
      assert.ok(shown <= sli.ratio + 1e-9 && sli.ratio - shown < 1.1e-5, `${shown} for ${sli.ratio}`);
      assert.equal(await indicator.locator(".spenders li").count(), sli.spenders.length);
    }
    assert.equal(await section.locator("footer code").textContent(), objective.rules_command);
  }
  await close();
});

test("a function shows its numbers, charts and neighbours", async () => {
  const base = await mock();
  const id = "shop::orders::place_order";
  const series = await ask(base, `series?function=${encodeURIComponent(id)}&range=300`);
  const functions = await ask(base, "functions?window=60");
  const { page, close } = await open(base, `#/function/${encodeURIComponent(id)}`, { pinned: { series, functions } });
  const facts = Object.fromEntries(await page.locator(".facts > div").evaluateAll((all) => all.map((fact) => [fact.querySelector("dt").textContent, fact.querySelector("dd").textContent])));
  const f = functions.functions.find((one) => one.id === id);
  const expected = { "Calls/s": "calls_per_second", Errors: "error_ratio", p50: "p50_seconds", p95: "p95_seconds", p99: "p99_seconds", Mean: "mean_seconds", "Self time": "self_time_per_second", Calls: "calls_total", Failed: "errors_total" };
  for (const [title, key] of Object.entries(expected)) assertSays(facts[title], f[key], key);
  assert.equal(await page.locator(".plot canvas").count(), 3);
  assert.match(await page.locator("canvas[role=img]").getAttribute("aria-label"), /Latencies over time: \d/);
  const drawn = await page.locator(".heatmap canvas").evaluate((canvas) => new Set(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data).size);
  assert.ok(drawn > 10, "the heat map is drawn");
  const callees = await page.locator(".neighbours").nth(1).locator("tbody tr").evaluateAll((rows) => rows.map((row) => [row.querySelector("a").title, ...[...row.cells].slice(1).map((cell) => cell.textContent)]));
  series.callees.forEach((callee, i) => {
    assert.equal(callees[i][0], callee.id);
    assertSays(callees[i][1], callee.share, "share");
    assertSays(callees[i][2], callee.calls_per_second, "calls/s");
    ["p50", "p95", "p99"].forEach((name, at) => assertSays(callees[i][4 + at], callee[`${name}_seconds`], name));
  });
  assert.deepEqual(await page.locator(".query code").allTextContents(), series.promql.map(({ query }) => query));
  await close();
});

test("a button copies the PromQL", async () => {
  const { page, close } = await open(await mock(), `#/function/${encodeURIComponent("shop::payment::charge")}`, { permissions: ["clipboard-read", "clipboard-write"] });
  await page.getByRole("button", { name: "Copy the PromQL for error ratio" }).click();
  await page.getByText("Copied").first().waitFor();
  assert.match(await page.evaluate(() => navigator.clipboard.readText()), /^sum\(rate\(function_calls_total\{function="charge"/);
  await close();
});
