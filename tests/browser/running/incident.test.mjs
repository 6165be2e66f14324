// The running shop while payments fail: from the burning objective to the suspect function, with
// mouse and keys, and other actions of a user.

import assert from "node:assert/strict";
import { test } from "node:test";
import { ask, busy, open, read, tabTo, until } from "../stage.mjs";

const CHARGE = "shop::payment::charge";
// In the seconds after the start another objective may burn too.
const BURNS = "section.burning a[href*='objective=checkout'][href*='sli=success']";
const AUTHORIZE = "shop::payment::Acquirer::authorize";

/** A window with the whole outage and a time without calls before it, however long the tests take. With shorter windows later tests would compare parts of the outage. */
const WHOLE = "300";

/** Waits until the shop's explorer suspects the failing function, and returns its address. */
async function burning() {
  const base = await busy();
  await until(async () => {
    const { suspects } = await ask(base, `suspects?objective=checkout&sli=success&window=${WHOLE}`);
    return suspects.some(({ suspect }) => suspect === AUTHORIZE);
  }, `${AUTHORIZE} is not suspected`);
  return base;
}

test("clicks lead from a burning objective to the suspect function", async () => {
  const base = await burning();
  const { page, close } = await open(base, "#/functions");
  await page.getByLabel("Window of the numbers").selectOption(WHOLE);
  await page.locator("nav a", { hasText: "Objectives" }).filter({ hasText: "burning" }).click();
  await page.locator(BURNS).click();
  const walk = page.locator("section.walk", { has: page.locator("h2", { hasText: "Acquirer::authorize" }) }).first();
  assert.match(await walk.locator(".from").textContent(), /Objective checkout burns/);
  assert.deepEqual(await walk.locator("ol:not(.events) > li a.function").evaluateAll((all) => all.map((link) => link.title)), ["shop::checkout::place_order", CHARGE, AUTHORIZE]);
  assert.equal(await walk.locator("li.last .kind").textContent(), "acquirer_unavailable");
  await walk.locator("h2 a").click();
  await page.locator("h1", { hasText: "Acquirer::authorize" }).waitFor();
  const errors = read(await page.locator(".facts .errors dd").textContent()).value;
  // 60 % of the calls are made to fail. In ten seconds there are some 70 calls.
  assert.ok(errors > 0.4 && errors < 0.8, `${errors} of the calls fail`);
  await page.locator("section, div", { hasText: "acquirer_unavailable" }).first().waitFor();
  await close();
});

test("the keyboard leads from a burning objective to the suspect function", async () => {
  const { page, close } = await open(await burning(), "#/functions");
  await page.getByLabel("Window of the numbers").selectOption(WHOLE);
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  await page.locator(BURNS).waitFor();
  await tabTo(page, "Find the cause", BURNS);
  await page.keyboard.press("Enter");
  await page.locator("section.walk h2", { hasText: "Acquirer::authorize" }).first().waitFor();
  await tabTo(page, "Acquirer::authorize");
  await page.keyboard.press("Enter");
  await page.locator("h1", { hasText: "Acquirer::authorize" }).waitFor();
  await close();
});

test("the filter shows the functions of the API with that name", async () => {
  const base = await busy();
  const { functions } = await until(async () => {
    const answer = await ask(base, "functions?window=60");
    return answer.functions.filter((f) => f.called && f.module === "shop::payment").length === 3 && answer;
  }, "not all of the payments are called");
  const { page, close } = await open(base, "#/functions");
  await page.keyboard.press("/");
  await page.keyboard.type("payment");
  const wanted = functions.filter((f) => f.id.includes("payment")).map((f) => f.id).sort();
  await page.waitForFunction((count) => document.querySelectorAll("table.functions a.function").length === count, wanted.length);
  const shown = await page.locator("table.functions a.function").evaluateAll((all) => all.map((link) => link.title));
  assert.deepEqual(shown.sort(), wanted);
  await close();
});

test("a click in the graph shows callers and callees of a function, as in the API", async () => {
  const base = await burning();
  const { page, close } = await open(base, "#/graph");
  await page.locator("a.node", { hasText: "charge" }).click();
  await page.locator(".focus-bar strong", { hasText: "charge" }).waitFor();
  const { edges } = await ask(base, "graph");
  const around = new Set(edges.filter((edge) => [edge.caller, edge.callee].includes(CHARGE)).flatMap((edge) => [edge.caller, edge.callee]).filter(Boolean));
  assert.ok(around.has(AUTHORIZE));
  await page.waitForFunction((count) => document.querySelectorAll("a.node").length === count, around.size);
  const shown = await page.locator("a.node").evaluateAll((all) => all.map((node) => node.dataset.id));
  assert.deepEqual(shown.sort(), [...around].sort());
  assert.ok((await page.locator(".frame text.bad", { hasText: "errors" }).count()) > 0, "the line says what fails");
  await close();
});

test("chosen colours are remembered", async () => {
  const { page, close } = await open(await busy(), "#/functions");
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const before = await ground();
  for (let press = 0; press < 2; press++) await page.getByRole("button", { name: /Colours/ }).click();
  const after = await ground();
  assert.notEqual(after, before);
  await page.reload();
  await page.locator("table.functions").waitFor();
  assert.equal(await ground(), after);
  await close();
});

test("numbers update automatically", async () => {
  const { page, close } = await open(await busy(), "#/functions");
  const cells = () => page.locator("table.functions [data-column=rate]").allTextContents();
  const before = await cells();
  await until(async () => (await cells()).join() !== before.join(), "the rates stand still");
  await close();
});

test("charts of a function show its calls", async () => {
  const base = await busy();
  const { functions } = await ask(base, "functions");
  const { id } = functions.toSorted((a, b) => b.calls_per_second - a.calls_per_second)[0];
  const { page, close } = await open(base, `#/function/${encodeURIComponent(id)}`);
  for (const name of [".plot canvas", ".heatmap canvas"]) {
    const drawn = () => page.locator(name).first().evaluate((canvas) => new Set(canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data).size);
    await until(async () => (await drawn()) > 10, `nothing is drawn on ${name}`);
  }
  await close();
});
