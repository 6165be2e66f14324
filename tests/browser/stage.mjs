// Opens pages for tests, of the mock or of the program at `EXPLORER_URL`.

import assert from "node:assert/strict";
import { after } from "node:test";
import { launch } from "./browser.mjs";
import { start } from "./mock/server.mjs";
import { busy, settled } from "./program.mjs";

export * from "./program.mjs";

export const FROZEN = 1790000000;

let browser = null;
const mocks = new Map();

after(async () => {
  await browser?.close();
  for (const mock of mocks.values()) await (await mock).close();
});

/** Option of tests that use the mock even if `EXPLORER_URL` is set. They are skipped then, because they have run without it. */
export const MOCK_ONLY = { skip: process.env.EXPLORER_URL ? "is of the mock" : false };

/** Returns the address of an explorer: `EXPLORER_URL`, or the mock with the shop. */
export async function anyExplorer() {
  return process.env.EXPLORER_URL ? busy() : mock();
}

/** Returns the address of the mock with a scenario, even if `EXPLORER_URL` is set. Its clock stands still. */
export async function mock(scenario = "shop") {
  if (!mocks.has(scenario)) mocks.set(scenario, start({ scenario, frozen: FROZEN }));
  return (await mocks.get(scenario)).url;
}

/** Opens an address in a page of its own. The test ends with `close`, which fails if the page had errors. With `clock`, the test controls the page's time. */
export async function open(base, hash, { colorScheme = "light", width = 1280, height = 844, pinned = {}, expected = [], clock = false, ...context } = {}) {
  browser ??= await launch();
  const incognito = await browser.newContext({ viewport: { width, height }, colorScheme, ...context });
  const page = await incognito.newPage();
  const trouble = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && trouble.push(`console: ${message.text()}`));
  page.on("pageerror", (error) => trouble.push(`exception: ${error.stack}`));
  page.on("dialog", (dialog) => {
    trouble.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol !== "data:" && !request.url().startsWith(base)) trouble.push(`request beside the explorer: ${request.url()}`);
  });
  await pin(page, pinned);
  if (clock) await page.clock.install();
  await page.goto(base + hash);
  await settled(page);
  const close = async () => {
    await incognito.close();
    assert.deepEqual(trouble.filter((text) => !expected.some((pattern) => pattern.test(text))), []);
  };
  return { page, close, trouble };
}

/** Opens another view without loading the page again. */
export async function visit(page, hash) {
  await page.evaluate((wanted) => new Promise((followed) => {
    if (location.hash === wanted) return followed();
    // The page's own listener was added before, and so runs first.
    addEventListener("hashchange", () => followed(), { once: true });
    location.hash = wanted;
  }), hash);
  await settled(page);
}

/** Replaces answers of the API by fixed ones: `{functions: {...}}`. */
export async function pin(page, answers) {
  for (const [name, answer] of Object.entries(answers)) {
    await page.route(new RegExp(`/api/v1/${name}(\\?|$)`), (route) => route.fulfill({ json: answer }));
  }
}

const UNITS = { ns: 1e-9, "µs": 1e-6, ms: 1e-3, s: 1, min: 60, "%": 0.01, "×": 1, "ns/s": 1e-9, "µs/s": 1e-6, "ms/s": 1e-3, "s/s": 1, "/s": 1, k: 1e3, M: 1e6, "": 1 };

/** Parses a number of the page into the units of the API. */
export function read(text) {
  const [, sign, digits, unit] = text.replace(/[\u202f\s]/g, "").match(/^([<+]?)([\d.,]+)(\D*)$/) ?? assert.fail(`no number: ${text}`);
  assert.ok(unit in UNITS, `no unit: ${unit}`);
  return { value: Number(digits.replaceAll(",", "")) * UNITS[unit], below: sign === "<" };
}

/** Asserts that a text of the page shows the value in JSON, to three digits. */
export function assertSays(text, value, what) {
  if (value === null) return assert.equal(text, "–", what);
  const shown = read(text);
  if (shown.below) return assert.ok(value > 0 && value < shown.value, `${what}: ${text} for ${value}`);
  return assert.ok(Math.abs(shown.value - value) <= Math.max(Math.abs(value) * 0.006, 0.00051), `${what}: ${text} for ${value}`);
}

/** Returns elements that would exist if a name had become markup. */
export async function injected(page) {
  return page.evaluate(() => [...document.querySelectorAll("script:not([src^='assets/']), img, iframe, object, main b b, main script")].map((element) => element.outerHTML));
}

/** Presses Tab until an element with this text that matches `selector` has the focus. */
export async function tabTo(page, text, selector = "*") {
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(([wanted, meant]) => document.activeElement.matches(meant) && document.activeElement.textContent.includes(wanted), [text, selector])) return;
  }
  assert.fail(`${text} is not reached with Tab`);
}
