// A Content-Security-Policy of an application or a proxy that blocks parts of the page.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { launch } from "./browser.mjs";
import { start } from "./mock/server.mjs";
import { FROZEN, mock, MOCK_ONLY, open } from "./stage.mjs";

const NAME = /Content-Security-Policy/;

let browser = null;
after(() => browser?.close());

/** Opens the page on a server with an additional policy. Does not wait until the page has settled, because it never does. */
async function blocked(policy, look) {
  const server = await start({ scenario: "shop", frozen: FROZEN, policy });
  browser ??= await launch();
  const page = await browser.newPage();
  await page.goto(server.url);
  await look(page);
  await page.close();
  await server.close();
}

for (const policy of ["default-src 'none'", "script-src 'none'", "script-src 'nonce-abc'", "sandbox"]) {
  test(`a blocked script is named: ${policy}`, MOCK_ONLY, () => blocked(policy, async (page) => {
    await page.locator(".not-started").filter({ hasText: NAME }).waitFor({ state: "visible" });
  }));
}

for (const policy of ["style-src 'none'", "connect-src 'none'"]) {
  test(`the page names the blocking directive: ${policy}`, MOCK_ONLY, () => blocked(policy, async (page) => {
    const banner = page.locator(".banner").filter({ hasText: NAME });
    await banner.waitFor({ state: "visible" });
    assert.match(await banner.textContent(), new RegExp(policy.split(" ")[0]));
  }));
}

test("the page shows no message if nothing is blocked", MOCK_ONLY, async () => {
  const { page, close } = await open(await mock(), "#/functions");
  assert.equal(await page.getByText(NAME).count(), 0);
  await close();
});
