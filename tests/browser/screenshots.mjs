// Takes pictures of every view, light and dark, wide and narrow. `node screenshots.mjs [folder]
// [words of names]`.

import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { launch } from "./browser.mjs";
import { start } from "./mock/server.mjs";

const FROZEN = 1790000000;
const AUTHORIZE = encodeURIComponent("shop::payment::gateway::Gateway::authorize");
const ORDER = encodeURIComponent("shop::http::post_order");

// name, scenario, address within the page, action before the picture
const PICTURES = [
  ["functions", "shop", "#/functions"],
  ["functions-filtered", "shop", "#/functions?only=failing&sort=p99"],
  ["functions-hostile", "hostile", "#/functions?filter=names"],
  ["functions-idle", "idle", "#/functions"],
  ["functions-empty", "empty", "#/functions"],
  ["graph", "shop", "#/graph"],
  ["graph-focus", "shop", `#/graph?focus=${encodeURIComponent("shop::payment::charge")}&depth=1`],
  ["graph-table", "shop", "#/graph?as=table"],
  ["graph-large", "large", "#/graph"],
  ["graph-large-focus", "large", `#/graph?focus=${encodeURIComponent("plant::domain::part_3::step_2_11")}&depth=2`],
  ["graph-hostile", "hostile", `#/graph?focus=${encodeURIComponent("shop::http::search")}&depth=1`],
  ["function", "shop", `#/function/${AUTHORIZE}`],
  ["function-caller", "shop", `#/function/${ORDER}`],
  ["function-idle", "shop", `#/function/${encodeURIComponent("shop::payment::refund")}`],
  ["objectives", "shop", "#/objectives"],
  ["objectives-none", "large", "#/objectives"],
  ["functions-flow", "shop", `#/functions?flow=${encodeURIComponent("POST /orders")}`],
  ["function-flows", "shop", `#/function/${encodeURIComponent("shop::catalog::Catalog::find")}`],
  ["events", "shop", "#/events"],
  ["events-filtered", "shop", "#/events?outcome=error&kind=Timeout&value=4712"],
  ["events-hostile", "hostile", "#/events"],
  ["events-none", "large", "#/events"],
  ["suspects", "shop", "#/suspects"],
  ["suspects-calm", "calm", "#/suspects"],
  ["keys", "shop", "#/functions", (page) => page.keyboard.press("?")],
];

const [, , folder = "screenshots", ...wanted] = process.argv;
await mkdir(folder, { recursive: true });
const browser = await launch();
for (const [name, scenario, hash, prepare] of PICTURES) {
  if (wanted.length && !wanted.some((word) => name === word || (word.endsWith("*") && name.startsWith(word.slice(0, -1))))) continue;
  const mock = await start({ scenario, frozen: FROZEN });
  for (const colorScheme of ["light", "dark"]) {
    for (const width of [1280, 390]) {
      const context = await browser.newContext({ viewport: { width, height: 844 }, colorScheme, deviceScaleFactor: 1 });
      const page = await context.newPage();
      page.on("console", (message) => message.type() === "error" && console.log(`${name}: ${message.text()}`));
      page.on("pageerror", (error) => console.log(`${name}: ${error.stack}`));
      await page.goto(mock.url + hash);
      await page.locator("main h1").waitFor();
      await page.waitForTimeout(name.includes("large") ? 2500 : 600);
      if (prepare) await prepare(page);
      await page.screenshot({ path: join(folder, `${name}-${colorScheme}-${width}.png`), fullPage: true });
      await context.close();
    }
  }
  await mock.close();
}
await browser.close();
