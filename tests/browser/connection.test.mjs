// Polling of the page, and its surroundings: pause, a hidden tab, a program that does not answer,
// colours, a path to be mounted at.

import assert from "node:assert/strict";
import { test } from "node:test";
import { start } from "./mock/server.mjs";
import { FROZEN, mock, open } from "./stage.mjs";

/** Counts requests for functions from now on. */
function counter(page) {
  const counted = { requests: 0 };
  page.on("request", (request) => {
    if (request.url().includes("api/v1/functions")) counted.requests += 1;
  });
  return counted;
}

const MINUTE = 60_000;
const asksAgain = (page) => page.waitForRequest(/api\/v1\/functions/);

test("the page polls, except while paused", async () => {
  const { page, close } = await open(await mock(), "#/functions", { clock: true });
  await Promise.all([asksAgain(page), page.clock.runFor(2100)]);
  await page.getByRole("button", { name: "Pause" }).click();
  await page.getByRole("button", { name: "Resume" }).waitFor();
  const counted = counter(page);
  await page.clock.runFor(MINUTE);
  assert.equal(counted.requests, 0);
  await Promise.all([asksAgain(page), page.getByRole("button", { name: "Resume" }).click()]);
  await close();
});

test("a hidden tab does not poll, and polls immediately when it is visible again", async () => {
  const { page, close } = await open(await mock(), "#/functions", { clock: true });
  const hide = (hidden) => page.evaluate((value) => {
    Object.defineProperty(document, "hidden", { value, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
  await hide(true);
  const counted = counter(page);
  await page.clock.runFor(MINUTE);
  assert.equal(counted.requests, 0);
  await Promise.all([asksAgain(page), hide(false)]);
  await close();
});

test("a lost program is shown in a banner with the time, retried ever less often, and found again", async () => {
  const { page, close } = await open(await mock(), "#/functions", { expected: [/Failed to load resource/], clock: true });
  await page.route(/api\/v1\//, (route) => route.abort("connectionrefused"));
  const banner = page.getByRole("status").filter({ hasText: /No answer from the program since \d/ });
  await page.clock.runFor(2100);
  await banner.waitFor();
  assert.ok((await page.locator("table.functions tbody tr").count()) > 10, "the last numbers stay");
  const counted = counter(page);
  for (let second = 0; second < 60; second++) await page.clock.runFor(1000);
  assert.ok(counted.requests >= 1 && counted.requests <= 8, `${counted.requests} tries in a minute`);
  await page.unroute(/api\/v1\//);
  await page.getByRole("button", { name: "Try now" }).click();
  await banner.waitFor({ state: "detached" });
  await close();
});

test("colours follow the system until the user chooses, and the choice is remembered", async () => {
  const { page, close } = await open(await mock(), "#/functions", { colorScheme: "dark" });
  const ground = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const dark = await ground();
  await page.getByRole("button", { name: /Colours/ }).click();
  const light = await ground();
  assert.notEqual(light, dark);
  await page.reload();
  await page.locator("h1").waitFor();
  assert.equal(await ground(), light);
  await page.emulateMedia({ colorScheme: "light" });
  await page.getByRole("button", { name: /Colours/ }).click();
  assert.equal(await ground(), dark);
  await close();
});

test("the page works without storage, and forgets choices", async () => {
  const { page, close } = await open(await mock(), "#/functions");
  await page.addInitScript(() => {
    Object.defineProperty(globalThis, "localStorage", { get() { throw new DOMException("denied", "SecurityError"); } });
  });
  await page.reload();
  await page.locator("table.functions").waitFor();
  await page.getByRole("button", { name: /Colours/ }).click();
  assert.equal(await page.evaluate(() => document.documentElement.dataset.theme), "light");
  await close();
});

test("the page works under any path", async () => {
  const mounted = await start({ frozen: FROZEN, mount: "/debug/explorer/" });
  const { page, close } = await open(mounted.url, "#/graph");
  await page.locator("a.node").first().waitFor();
  await page.keyboard.press("g");
  await page.keyboard.press("o");
  await page.locator("section.objective").first().waitFor();
  await close();
  await mounted.close();
});

test("changing numbers are not announced to screen readers", async () => {
  const { page, close } = await open(await mock(), "#/functions");
  const live = await page.locator("[aria-live], [role=status], [role=alert], [role=log]").evaluateAll((all) => all.map((element) => element.textContent.trim()).filter((text) => /\d/.test(text)));
  assert.deepEqual(live, []);
  await close();
});
