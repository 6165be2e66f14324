// Takes pictures of every view of the program at `EXPLORER_URL`, a shop whose payments fail: `node
// running/pictures.mjs FOLDER [full]`. The pictures in `docs` show a shop that has run for five
// minutes. `UPDATE_PICTURES=1 cargo test -p shop --test explorer pictures` makes them.

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { launch } from "../browser.mjs";
import { ask, busy, settled, until } from "../program.mjs";
import { squeeze } from "./png.mjs";

const AUTHORIZE = "shop::payment::Acquirer::authorize";
const WIDTH = 1280;
/** Limit of a picture's bytes, so that documents with pictures load quickly. */
const MOST = 150_000;
/** Limit of a picture's height in pixels. The rest of the page is cut off. */
const TALLEST = 1600;

// name, address within the page, other options
const PICTURES = [
  ["functions", "#/functions"],
  ["graph", "#/graph", { all: true }],
  ["graph-dark", "#/graph", { all: true, colorScheme: "dark" }],
  ["graph-focus", `#/graph?focus=${encodeURIComponent("shop::payment::charge")}&depth=2`],
  ["graph-table", "#/graph?as=table"],
  ["function", `#/function/${encodeURIComponent(AUTHORIZE)}`],
  ["objectives", "#/objectives"],
  ["suspects", "#/suspects"],
];

const [, , folder, full] = process.argv;
assert.ok(folder && [undefined, "full"].includes(full), "say which folder the pictures go to, and `full` to wait for charts that are");
await mkdir(folder, { recursive: true });
const base = await busy();
if (full) await until(async () => (await ask(base, "functions?window=300")).covered_seconds > 299, "there are no five minutes to show", 600_000);
await until(async () => (await ask(base, "suspects")).suspects.some(({ suspect }) => suspect === AUTHORIZE), `${AUTHORIZE} is not suspected`);
const browser = await launch();
try {
  for (const [name, hash, { all = false, colorScheme = "light" } = {}] of PICTURES) {
    const context = await browser.newContext({ viewport: { width: WIDTH, height: 1000 }, colorScheme, reducedMotion: "reduce" });
    const page = await context.newPage();
    const trouble = [];
    page.on("console", (message) => message.type() === "error" && trouble.push(message.text()));
    page.on("pageerror", (error) => trouble.push(error.stack));
    await page.goto(base + hash);
    await settled(page);
    if (all) await page.getByRole("button", { name: "All" }).click();
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    const height = await page.evaluate(() => document.documentElement.scrollHeight);
    const clip = { x: 0, y: 0, width: WIDTH, height: Math.min(height, TALLEST) };
    const picture = await squeeze(page, await page.screenshot({ fullPage: true, clip }));
    assert.deepEqual(trouble, [], name);
    assert.ok(picture.length > 5_000 && picture.length < MOST, `explorer-${name}.png has ${picture.length} bytes`);
    await writeFile(join(folder, `explorer-${name}.png`), picture);
    console.log(`explorer-${name}.png ${picture.length}`);
    await context.close();
  }
} finally {
  await browser.close();
}
