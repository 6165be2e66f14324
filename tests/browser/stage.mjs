// What a test starts from: a page in the browser, on the mock or on the program at `EXPLORER_URL`.

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

/** For tests that look at the mock whatever `EXPLORER_URL` says, in files with others: they need not look at it twice. */
export const MOCK_ONLY = { skip: process.env.EXPLORER_URL ? "is of the mock" : false };

/** Where the explorer is: at `EXPLORER_URL`, or the mock's shop. */
export async function anyExplorer() {
  return process.env.EXPLORER_URL ? busy() : mock();
}

/** The mock with a scenario of its own, whatever `EXPLORER_URL` says; its clock stands still. */
export async function mock(scenario = "shop") {
  if (!mocks.has(scenario)) mocks.set(scenario, start({ scenario, frozen: FROZEN }));
  return (await mocks.get(scenario)).url;
}

/** A page of its own at an address, with what went wrong in it; the test ends with `close`, which says so. With `clock`, its time can be moved on. */
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

/** Goes to another view without loading the page again. */
export async function visit(page, hash) {
  await page.evaluate((wanted) => new Promise((followed) => {
    if (location.hash === wanted) return followed();
    // After the page's own listener, which was there first.
    addEventListener("hashchange", () => followed(), { once: true });
    location.hash = wanted;
  }), hash);
  await settled(page);
}

/** Answers of the API that stay as they are: `{functions: {...}}`. */
export async function pin(page, answers) {
  for (const [name, answer] of Object.entries(answers)) {
    await page.route(new RegExp(`/api/v1/${name}(\\?|$)`), (route) => route.fulfill({ json: answer }));
  }
}

const UNITS = { ns: 1e-9, "µs": 1e-6, ms: 1e-3, s: 1, min: 60, "%": 0.01, "×": 1, "ns/s": 1e-9, "µs/s": 1e-6, "ms/s": 1e-3, "s/s": 1, "/s": 1, k: 1e3, M: 1e6, "": 1 };

/** The number that a text of the page means, in the units of the API. */
export function read(text) {
  const [, sign, digits, unit] = text.replace(/[\u202f\s]/g, "").match(/^([<+]?)([\d.,]+)(\D*)$/) ?? assert.fail(`no number: ${text}`);
  assert.ok(unit in UNITS, `no unit: ${unit}`);
  return { value: Number(digits.replaceAll(",", "")) * UNITS[unit], below: sign === "<" };
}

/** Whether a text of the page says what the JSON has, as exactly as three digits can. */
export function assertSays(text, value, what) {
  if (value === null) return assert.equal(text, "–", what);
  const shown = read(text);
  if (shown.below) return assert.ok(value > 0 && value < shown.value, `${what}: ${text} for ${value}`);
  return assert.ok(Math.abs(shown.value - value) <= Math.max(Math.abs(value) * 0.006, 0.00051), `${what}: ${text} for ${value}`);
}

/** What would be there if a name had become markup. */
export async function injected(page) {
  return page.evaluate(() => [...document.querySelectorAll("script:not([src^='assets/']), img, iframe, object, main b b, main script")].map((element) => element.outerHTML));
}

/** Tab until the focus is on an element with this text that `selector` means. */
export async function tabTo(page, text, selector = "*") {
  for (let i = 0; i < 80; i++) {
    await page.keyboard.press("Tab");
    if (await page.evaluate(([wanted, meant]) => document.activeElement.matches(meant) && document.activeElement.textContent.includes(wanted), [text, selector])) return;
  }
  assert.fail(`${text} is not reached with Tab`);
}
