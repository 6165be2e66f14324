// Every view, in light and dark, wide and narrow: it loads without errors, sends no other requests,
// and is accessible.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import { MOCK_ONLY, anyExplorer, ask, mock, open, visit } from "./stage.mjs";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

/** Returns serious findings of axe, as lines. */
async function findings(page) {
  // The debugger evaluates this, and the page's policy does not apply to it.
  if (!(await page.evaluate(() => "axe" in globalThis))) await page.evaluate(AXE);
  const { violations } = await page.evaluate(() => globalThis.axe.run(document, { resultTypes: ["violations"] }));
  return violations
    .filter(({ impact }) => ["serious", "critical"].includes(impact))
    .flatMap(({ id, nodes }) => nodes.slice(0, 3).map((node) => `${id}: ${node.html.slice(0, 160)} ${node.any[0]?.message ?? ""}`));
}

async function views(base) {
  const { functions } = await ask(base, "functions");
  const busiest = functions.toSorted((a, b) => b.calls_per_second - a.calls_per_second)[0];
  const id = encodeURIComponent(busiest?.id ?? "none");
  return {
    functions: "#/functions", graph: "#/graph", "graph-focus": `#/graph?focus=${id}&depth=2`, "graph-table": "#/graph?as=table",
    function: `#/function/${id}`, "function-6h": `#/function/${id}?range=21600`, objectives: "#/objectives", suspects: "#/suspects", events: "#/events",
    "events-filtered": "#/events?outcome=error&value=4712",
  };
}

for (const colorScheme of ["light", "dark"]) {
  for (const width of [1280, 390]) {
    test(`every view loads and is accessible, ${colorScheme}, ${width} px wide`, async () => {
      const base = await anyExplorer();
      const { page, close } = await open(base, "", { colorScheme, width });
      for (const [name, hash] of Object.entries(await views(base))) {
        await visit(page, hash);
        if (name.startsWith("graph") && name !== "graph-table") await page.locator(".node").first().waitFor();
        assert.deepEqual(await findings(page), [], name);
        const overflow = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
        assert.ok(overflow <= 0, `${name} is ${overflow} px wider than the window`);
      }
      await close();
    });
  }
}

test("empty views are accessible and name the next step", MOCK_ONLY, async () => {
  const places = [
    ["empty", "#/functions", /Put the attribute on one/], ["empty", "#/graph", /#\[instrument_fn\]/], ["idle", "#/functions", /No calls yet/],
    ["empty", "#/objectives", /Objective::new\("checkout"\)\.success_rate\(99\.9\)/], ["calm", "#/suspects", /Nothing suspicious/],
    ["large", "#/events", /No events yet/], ["shop", "#/events?kind=zzz", /Nothing matches/], ["shop", "#/functions?flow=zzz", /No calls in this flow/],
    ["shop", "#/nowhere", /no view called “nowhere”/], ["shop", "#/functions?filter=zzz", /Nothing matches/],
  ];
  for (const [scenario, hash, words] of places) {
    const { page, close } = await open(await mock(scenario), hash);
    await page.getByText(words).first().waitFor();
    assert.deepEqual(await findings(page), [], `${scenario} ${hash}`);
    await close();
  }
});

test("the dialog of keys opens with ?, is accessible and closes with Esc", MOCK_ONLY, async () => {
  const { page, close } = await open(await mock(), "#/functions");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  assert.deepEqual(await findings(page), []);
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await close();
});
