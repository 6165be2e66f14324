// The call graph: its contents, that its layout is stable, and that it can be used without a mouse.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MOCK_ONLY, anyExplorer, ask, assertSays, mock, open } from "./stage.mjs";

const places = (page) => page.locator("a.node").evaluateAll((all) => Object.fromEntries(all.map((node) => [node.dataset.id, node.getAttribute("transform")])));
const focusOn = (id) => `#/graph?focus=${encodeURIComponent(id)}`;

test("picture and table have all functions and calls", async () => {
  const base = await anyExplorer();
  const graph = await ask(base, "graph?window=60");
  const { page, close } = await open(base, "#/graph?outside=yes", { pinned: { graph } });
  await page.locator("a.node").first().waitFor();
  assert.deepEqual(Object.keys(await places(page)).sort(), graph.nodes.map((node) => node.id).sort());
  assert.equal(await page.locator(".frame path.edge").count(), graph.edges.length);
  assert.equal(await page.locator(".frame path.unseen-edge").count(), graph.edges.filter((edge) => !edge.seen).length);
  await page.getByRole("button", { name: "Table" }).click();
  const rows = await page.locator("table.calls tbody tr").evaluateAll((all) => all.map((row) => [...row.cells].map((cell) => cell.querySelector("a")?.title ?? cell.textContent.trim())));
  assert.equal(rows.length, graph.edges.length);
  for (const edge of graph.edges.filter((edge) => edge.caller !== null)) {
    const row = rows.find(([caller, callee]) => caller === edge.caller && callee === edge.callee);
    assertSays(row[2], edge.calls_per_second, "calls/s");
    assertSays(row[3], edge.error_ratio, "errors");
    ["p50", "p95", "p99", "mean"].forEach((name, i) => assertSays(row[4 + i], edge[`${name}_seconds`], name));
  }
  await close();
});

test("the layout stays the same while numbers change", MOCK_ONLY, async () => {
  const base = await mock();
  const graph = await ask(base, "graph?window=60");
  let asked = 0;
  const { page, close } = await open(base, "#/graph");
  await page.route(/api\/v1\/graph/, (route) => {
    asked += 1;
    const factor = 1 + asked;
    route.fulfill({ json: {
      ...graph,
      nodes: graph.nodes.map((node) => ({ ...node, calls_per_second: node.calls_per_second * factor })),
      edges: graph.edges.map((edge) => ({ ...edge, calls_per_second: edge.calls_per_second * factor })),
    } });
  });
  await page.locator("a.node").first().waitFor();
  const [before, text] = [await places(page), await page.locator(".frame .edge-label").allTextContents()];
  const view = await page.locator(".frame svg > g").getAttribute("transform");
  await page.waitForFunction((old) => [...document.querySelectorAll(".frame .edge-label")].map((label) => label.textContent).join() !== old.join(), text);
  assert.deepEqual(await places(page), before);
  assert.equal(await page.locator(".frame svg > g").getAttribute("transform"), view);
  await close();
});

test("an edge shows its quantiles at the pointer", MOCK_ONLY, async () => {
  const base = await mock();
  const graph = await ask(base, "graph?window=60");
  const { page, close } = await open(base, focusOn("shop::payment::charge"), { pinned: { graph } });
  await page.locator("a.node").first().waitFor();
  const calls = await page.locator(".frame g.call").count();
  const told = new Set();
  for (let i = 0; i < calls; i++) {
    // The middle of the line, whatever its shape.
    const [x, y] = await page.locator(".frame g.call path.edge").nth(i).evaluate((path) => {
      const { x, y } = path.getPointAtLength(path.getTotalLength() / 2).matrixTransform(path.getScreenCTM());
      return [x, y];
    });
    await page.mouse.move(x, y);
    const tip = page.locator(".edge-tip");
    await tip.waitFor();
    const [caller, callee] = (await tip.locator("p").first().textContent()).split(" → ");
    const edge = graph.edges.find((one) => (one.caller ?? "not instrumented") === caller && one.callee === callee);
    const facts = Object.fromEntries(await tip.locator("dl > div").evaluateAll((all) => all.map((fact) => [...fact.children].map((part) => part.textContent))));
    for (const name of ["p50", "p95", "p99"]) assertSays(facts[name], edge[`${name}_seconds`], `${caller} → ${callee} ${name}`);
    told.add(`${caller} → ${callee}`);
    const [frame, box] = [await page.locator(".frame").boundingBox(), await tip.boundingBox()];
    assert.ok(box.x >= frame.x && box.x + box.width <= frame.x + frame.width, "the tip is in the frame");
  }
  assert.equal(told.size, calls);
  await page.mouse.move(2, 2);
  await page.locator(".edge-tip").waitFor({ state: "detached" });
  await close();
});

test("a focus shows callers and callees to its depth, and a second click opens the function", MOCK_ONLY, async () => {
  const { page, close } = await open(await mock(), focusOn("shop::payment::charge"));
  const shown = async (count) => {
    await page.waitForFunction((n) => document.querySelectorAll("a.node").length === n, count);
    return Object.keys(await places(page)).map((id) => id.split("::").slice(2).join("::")).sort();
  };
  assert.deepEqual(await shown(5), ["charge", "check_fraud", "gateway::Gateway::authorize", "gateway::Gateway::capture", "place_order"]);
  await page.getByLabel("Depth").selectOption("2");
  assert.equal((await shown(6)).includes("post_order"), true);
  await page.locator("a.node", { hasText: "place_order" }).click();
  await page.locator(".focus-bar strong", { hasText: "place_order" }).waitFor();
  await page.locator("a.node.chosen", { hasText: "place_order" }).click();
  await page.locator("h1", { hasText: "place_order" }).waitFor();
  await close();
});

test("keys move the focus through the picture and zoom it", MOCK_ONLY, async () => {
  const { page, close } = await open(await mock(), "#/graph");
  await page.locator("a.node", { hasText: "post_order" }).focus();
  await page.keyboard.press("ArrowRight");
  const next = await page.evaluate(() => document.activeElement.dataset.id);
  assert.ok(next && next !== "shop::http::post_order");
  const scale = async () => Number((await page.locator(".frame svg > g").getAttribute("transform")).match(/scale\(([\d.]+)/)[1]);
  const before = await scale();
  await page.keyboard.press("+");
  assert.ok((await scale()) > before);
  await page.keyboard.press("0");
  await page.keyboard.press("Enter");
  await page.locator(".focus-bar").waitFor();
  assert.match(page.url(), new RegExp(encodeURIComponent(next).replace(/[()]/g, "\\$&")));
  await close();
});

test("the mouse drags and the wheel zooms, and a drag is not a click", MOCK_ONLY, async () => {
  const { page, close } = await open(await mock(), "#/graph");
  const node = page.locator("a.node", { hasText: "post_order" });
  const before = await node.boundingBox();
  await page.mouse.move(before.x + 20, before.y + 10);
  await page.mouse.down();
  await page.mouse.move(before.x + 80, before.y + 50, { steps: 5 });
  await page.mouse.up();
  const after = await node.boundingBox();
  assert.ok(Math.abs(after.x - before.x - 60) < 2 && Math.abs(after.y - before.y - 40) < 2, JSON.stringify([before, after]));
  assert.equal(await page.locator(".focus-bar").count(), 0);
  await page.mouse.wheel(0, -100);
  await page.waitForFunction((width) => document.querySelector("a.node").getBoundingClientRect().width > width * 1.05, before.width);
  await close();
});

test("300 functions are laid out without blocking the page, and one is found by its name", MOCK_ONLY, async () => {
  const { page, close } = await open(await mock("large"), "#/graph");
  await page.waitForFunction(() => document.querySelectorAll("a.node").length === 300, null, { timeout: 20_000 });
  await page.getByLabel("Focus on a function").fill("step_2_11");
  await page.keyboard.press("Enter");
  await page.waitForFunction(() => document.querySelectorAll("a.node").length < 20);
  await page.locator("a.node.chosen", { hasText: "step_2_11" }).waitFor();
  await close();
});

test("recursive functions and cycles are drawn", MOCK_ONLY, async () => {
  const base = await mock();
  const graph = await ask(base, "graph?window=60");
  const edge = graph.edges.find((one) => one.caller === "shop::payment::charge");
  graph.edges = [
    ...graph.edges, { ...edge, caller: "shop::payment::charge", callee: "shop::payment::charge" },
    { ...edge, caller: "shop::payment::gateway::Gateway::authorize", callee: "shop::http::post_order" },
  ];
  const { page, close } = await open(base, "#/graph", { pinned: { graph } });
  await page.locator("a.node").first().waitFor();
  assert.equal(await page.locator(".frame path.edge").count(), graph.edges.length);
  const paths = await page.locator(".frame path.edge").evaluateAll((all) => all.map((path) => path.getAttribute("d")));
  assert.ok(paths.every((path) => /^M[-\d. CH]+$/.test(path)), paths.find((path) => !/^M[-\d. CH]+$/.test(path)));
  await close();
});
