// The program under test, requests to it, and waiting for its answers.

import assert from "node:assert/strict";
import { setTimeout } from "node:timers/promises";

/** Returns the address of the program at `EXPLORER_URL`, for tests that need a real program. */
export function given() {
  const url = process.env.EXPLORER_URL;
  assert.ok(url, "EXPLORER_URL is not set: these tests are of a program that runs, and `cargo xtask test --only browser` starts the one that they need");
  return url.replace(/\/?$/, "/");
}

/** Returns the same address, after waiting until the program has numbers. */
export async function busy() {
  const base = given();
  await until(async () => (await ask(base, "functions")).functions.some((f) => f.calls_per_second > 0), "no function is called");
  return base;
}

/** Calls `condition` until it returns a value. The patience is long, because seconds become more on a busy machine. */
export async function until(condition, otherwise, patience = 60_000) {
  for (const end = Date.now() + patience; Date.now() < end; await setTimeout(100)) {
    const found = await condition();
    if (found) return found;
  }
  return assert.fail(`${otherwise} within ${patience / 1000} s`);
}

/** Waits until a view shows its answer, and the graph its picture. */
export async function settled(page) {
  await page.waitForFunction(() => {
    const main = document.querySelector("main");
    return main?.querySelector("h1") && !main.querySelector(".waiting") && !main.textContent.includes("Loading …");
  });
}

export async function ask(base, path) {
  const response = await fetch(`${base}api/v1/${path}`);
  assert.equal(response.status, 200, `${path}: ${response.status}`);
  return response.json();
}
