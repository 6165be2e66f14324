// Names, files, error kinds and error texts are data: the page shows them as text, whatever their
// contents.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, injected, mock, open, pin, visit } from "./stage.mjs";

const SCRIPT = "<script>alert(1)</script>";
const IMAGE = "\"><img src=x onerror=alert(1)>";

const VIEWS = (id) => [
  "#/functions", `#/functions?filter=${encodeURIComponent(SCRIPT)}`, `#/graph?focus=${encodeURIComponent(id)}`, "#/graph?as=table",
  `#/functions?flow=${encodeURIComponent(SCRIPT)}`, `#/functions?flow=${encodeURIComponent(IMAGE)}`, "#/events", `#/events?value=${encodeURIComponent(IMAGE)}`,
  `#/events?function=${encodeURIComponent(id)}&flow=${encodeURIComponent(SCRIPT)}`,
  `#/function/${encodeURIComponent(id)}`, `#/suspects?function=${encodeURIComponent(id)}`, `#/${encodeURIComponent(SCRIPT)}`,
];

test("names that look like markup are shown as text in every view", async () => {
  const base = await mock("hostile");
  for (const name of [SCRIPT, IMAGE]) {
    const id = `shop::names::${name}`;
    const { page, close } = await open(base, "");
    for (const hash of VIEWS(id)) {
      await visit(page, hash);
      assert.deepEqual(await injected(page), [], hash);
    }
    await visit(page, `#/function/${encodeURIComponent(id)}`);
    assert.equal(await page.locator("h1").textContent(), name);
    assert.match(await page.locator(".where").textContent(), /src\/<b>names<\/b>\.rs/);
    await close();
  }
});

test("a name of 1,000 characters does not widen the page", async () => {
  const base = await mock("hostile");
  const { functions } = await ask(base, "functions");
  const { id, name } = functions.find((f) => f.name.startsWith("größe"));
  assert.ok(name.length >= 990);
  for (const width of [1280, 390]) {
    const { page, close } = await open(base, "", { width });
    for (const hash of ["#/functions", "#/graph?as=table", `#/graph?focus=${encodeURIComponent(id)}`, `#/function/${encodeURIComponent(id)}`,
      "#/events", `#/events?function=${encodeURIComponent(id)}`, `#/functions?flow=${encodeURIComponent(name.slice(0, 256))}`]) {
      await visit(page, hash);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(over <= 0, `${hash} is ${over} px wider than ${width} px`);
    }
    await close();
  }
  const { page, close } = await open(base, `#/function/${encodeURIComponent(id)}`);
  assert.equal(await page.locator("h1").textContent(), name);
  await close();
});

test("texts of objectives, suspects and the service are not markup or script", async () => {
  const base = await mock();
  const objectives = await ask(base, "objectives");
  const suspects = await ask(base, "suspects");
  Object.assign(objectives.service, { name: SCRIPT, version: IMAGE, commit: IMAGE });
  Object.assign(objectives.objectives[0], { name: SCRIPT, owner: IMAGE, runbook: "javascript:alert(1)", rules_command: SCRIPT });
  Object.assign(suspects.suspects[0], { explanation: IMAGE });
  suspects.suspects[0].path[0].kind = SCRIPT;
  for (const hash of ["#/objectives", "#/suspects"]) {
    const { page, close } = await open(base, hash, { pinned: { objectives, suspects } });
    assert.deepEqual(await injected(page), []);
    assert.equal(await page.locator(".service strong").textContent(), SCRIPT);
    assert.equal(await page.locator("a[href^='javascript:']").count(), 0);
    await close();
  }
});

test("a source address without http is not a link", async () => {
  const base = await mock();
  const functions = await ask(base, "functions");
  for (const f of functions.functions) f.source_url = "javascript:alert(1)";
  const { page, close } = await open(base, "#/functions", { pinned: { functions } });
  assert.equal(await page.locator("a[href^='javascript:']").count(), 0);
  assert.match(await page.locator(".never").textContent(), /src\/cart\.rs:93/);
  await close();
});

test("an error of the API is shown as text", async () => {
  const { page, close } = await open(await mock(), "#/functions", { expected: [/400/] });
  await page.route(/api\/v1\/graph/, (route) => route.fulfill({ status: 400, json: { error: `no <b>${IMAGE}` } }));
  await page.keyboard.press("g");
  await page.keyboard.press("c");
  assert.equal(await page.getByRole("alert").textContent(), `The program refused the request: no <b>${IMAGE}`);
  assert.deepEqual(await injected(page), []);
  await close();
});

test("an unknown function shows the program's error", async () => {
  const { page, close } = await open(await mock(), "#/function/nothing", { expected: [/404/] });
  assert.match(await page.getByRole("alert").textContent(), /no function has the id nothing; ids are in api\/v1\/functions/);
  await pin(page, {});
  await close();
});
