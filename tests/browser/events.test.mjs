// Events on the page: those of a function, and those that may explain a suspect.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MOCK_ONLY, ask, mock, open } from "./stage.mjs";

const texts = (all) => all.evaluateAll((items) => items.map((item) => item.textContent.replace(/\s+/g, " ").trim()));

test("a function shows its events as in the API, newest first", MOCK_ONLY, async () => {
  const base = await mock();
  const { functions } = await ask(base, "functions");
  const { id } = functions.find((f) => f.name === "Gateway::authorize");
  const events = await ask(base, `events?function=${encodeURIComponent(id)}`);
  const { page, close } = await open(base, `#/function/${encodeURIComponent(id)}`, { pinned: { events } });
  const shown = page.getByRole("region", { name: "Recent events" }).locator("li");
  await shown.first().waitFor();
  assert.equal(await shown.count(), events.events.length);
  const [first] = await texts(shown);
  assert.match(first, /failed.*Timeout.*no answer from <b>the acquirer<\/b> within 2 s.*order ?4711.*called by.*suppressed before it ?1,234/);
  await close();
});

test("a function without events has no section for them", MOCK_ONLY, async () => {
  const base = await mock();
  const events = { ...(await ask(base, "events")), events: [] };
  const { functions } = await ask(base, "functions");
  const { page, close } = await open(base, `#/function/${encodeURIComponent(functions[0].id)}`, { pinned: { events } });
  await page.getByRole("heading", { name: "PromQL" }).waitFor();
  assert.equal(await page.getByRole("heading", { name: "Recent events" }).count(), 0);
  await close();
});

test("a suspect for errors shows failed calls on its path, the suspect's first, and one for time slow calls", MOCK_ONLY, async () => {
  const base = await mock();
  const { page, close } = await open(base, "#/suspects");
  const walk = page.getByRole("region", { name: /^Suspect 1/ });
  const shown = walk.locator(".events li");
  await shown.first().waitFor();
  const all = await texts(shown);
  assert.equal(all.length, 5);
  assert.ok(all.every((text) => /failed/.test(text)), all.join("\n"));
  assert.ok(all.slice(0, 4).every((text) => /Gateway::authorize/.test(text)), all.join("\n"));
  const slow = await texts(page.getByRole("region", { name: /^Suspect 2/ }).locator(".events li"));
  assert.ok(slow.length > 0 && slow.every((text) => /slow/.test(text)), slow.join("\n"));
  await close();
});
