// A real program with names of functions, objectives, errors and the service that would harm a page
// that treats them as markup.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, busy, injected, open, settled, visit } from "../stage.mjs";

const SCRIPT = "<script>alert(1)</script>";

async function program() {
  const base = await busy();
  const { functions } = await ask(base, "functions");
  return { base, functions, ids: functions.map((f) => f.id) };
}

const views = (id) => [
  "#/functions", `#/functions?filter=${encodeURIComponent(SCRIPT)}`, "#/graph", `#/graph?focus=${encodeURIComponent(id)}`, "#/graph?as=table",
  "#/objectives", "#/suspects", `#/suspects?function=${encodeURIComponent(id)}`, `#/function/${encodeURIComponent(id)}`,
];

test("the program has such names, and its API returns them unchanged", async () => {
  const { base, functions } = await program();
  const names = functions.map((f) => f.name);
  assert.ok(names.includes(SCRIPT));
  assert.ok(names.some((name) => name.includes("\"") && name.includes("'") && name.includes("\\")), "quotes");
  assert.ok(names.some((name) => [...name].length === 1000), "1,000 characters");
  assert.ok(names.some((name) => /\p{Script=Han}/u.test(name) && /\p{Emoji_Presentation}/u.test(name)), "unicode");
  const { objectives, service } = await ask(base, "objectives");
  assert.match(objectives[0].name + objectives[0].owner + objectives[0].runbook, /<script>.*<img.*javascript:/);
  assert.match(service.name, /<script>/);
});

test("every view shows them as text", async () => {
  const { base, ids } = await program();
  for (const width of [1280, 390]) {
    const { page, close } = await open(base, "", { width });
    for (const hash of views(ids.find((id) => id.includes(SCRIPT)))) {
      await visit(page, hash);
      assert.deepEqual(await injected(page), [], hash);
      assert.equal(await page.locator("a[href^='javascript:']").count(), 0, hash);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
      assert.ok(over <= 0, `${hash} is ${over} px wider than ${width} px`);
    }
    await close();
  }
});

test("the link of each function opens it, with its name as the title", async () => {
  const { base, functions } = await program();
  const { page, close } = await open(base, "#/functions");
  for (const f of functions.filter((one) => one.called)) {
    await visit(page, "#/functions");
    const links = await page.locator("table.functions a.function").evaluateAll((all) => all.map((link) => link.title));
    await page.locator("table.functions a.function").nth(links.indexOf(f.id)).click();
    await page.waitForFunction((name) => document.querySelector("main h1")?.textContent === name, f.name);
    await settled(page);
    assert.deepEqual(await injected(page), []);
  }
  await close();
});

test("error kinds are shown as text", async () => {
  const { base, functions } = await program();
  const { id } = functions.find((f) => f.errors_total > 0);
  const { error_kinds: kinds } = await ask(base, `series?function=${encodeURIComponent(id)}`);
  assert.deepEqual(kinds.map(({ kind }) => kind), ["<img src=x onerror=alert(1)>"]);
  const { page, close } = await open(base, `#/function/${encodeURIComponent(id)}`);
  await page.getByText(kinds[0].kind).first().waitFor();
  assert.deepEqual(await injected(page), []);
  await close();
});
