// Events on the page: those of a function, those that may explain a suspect, and the search.

import assert from "node:assert/strict";
import { test } from "node:test";
import { MOCK_ONLY, ask, mock, open, tabTo } from "./stage.mjs";

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

const rows = (page) => page.getByRole("region", { name: "Events, newest first" }).locator("li");

/** Waits until the view has the count of this answer, and asserts that it shows the same events. */
async function assertShows(page, base, path) {
  const { matches, events } = await ask(base, path);
  await page.getByRole("status").filter({ hasText: new RegExp(`^${matches} `) }).waitFor();
  const shown = await rows(page).evaluateAll((all) => all.map((row) => `${row.querySelector("a.function").title} ${Date.parse(row.querySelector("time").dateTime) / 1000}`));
  assert.deepEqual(shown, events.map((event) => `${event.function} ${event.at}`), path);
}

test("the events view shows all events, newest first, and each condition narrows them", MOCK_ONLY, async () => {
  const base = await mock();
  const { page, close } = await open(base, "#/events");
  await assertShows(page, base, "events");
  await page.getByLabel("Outcome").selectOption("error");
  await assertShows(page, base, "events?outcome=error");
  await page.getByLabel("Error kind").fill("Timeout");
  await page.getByLabel("Text in a field or in the error").fill("4712");
  await assertShows(page, base, "events?outcome=error&kind=Timeout&value=4712");
  await page.getByLabel("Name of the field").fill("order");
  await page.getByLabel("Flow", { exact: true }).selectOption("POST /orders");
  await assertShows(page, base, "events?outcome=error&kind=Timeout&value=4712&field=order&flow=POST+%2Forders");
  assert.match(page.url(), /#\/events\?outcome=error&kind=Timeout&value=4712&field=order&flow=POST\+%2Forders$/);
  await page.reload();
  assert.equal(await page.getByLabel("Error kind").inputValue(), "Timeout");
  await assertShows(page, base, "events?outcome=error&kind=Timeout&value=4712&field=order&flow=POST+%2Forders");
  await page.getByRole("link", { name: "Show all" }).click();
  await assertShows(page, base, "events");
  await close();
});

test("a trace in an event leads to all events of the trace", MOCK_ONLY, async () => {
  const base = await mock();
  const { page, close } = await open(base, "#/events");
  const link = rows(page).locator(".trace a").first();
  const trace = await link.textContent();
  await link.click();
  await assertShows(page, base, `events?trace=${trace}`);
  assert.equal(await page.getByLabel("Id of a trace").inputValue(), trace);
  await close();
});

test("the keyboard leads from a function to its events, and / focuses the search", MOCK_ONLY, async () => {
  const base = await mock();
  const id = "shop::payment::gateway::Gateway::authorize";
  const { page, close } = await open(base, `#/function/${encodeURIComponent(id)}`);
  await page.getByRole("link", { name: "search 6 of them" }).waitFor();
  await tabTo(page, "search 6 of them", "a");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Events" }).waitFor();
  await assertShows(page, base, `events?function=${encodeURIComponent(id)}`);
  await page.keyboard.press("/");
  await page.keyboard.type("4713");
  await assertShows(page, base, `events?function=${encodeURIComponent(id)}&value=4713`);
  await close();
});

test("text with markup in an error is found and shown as text", MOCK_ONLY, async () => {
  const base = await mock();
  const { page, close } = await open(base, "#/events");
  await page.getByLabel("Text in a field or in the error").fill("<b>the acquirer</b>");
  await assertShows(page, base, `events?value=${encodeURIComponent("<b>the acquirer</b>")}`);
  assert.match((await texts(rows(page)))[0], /no answer from <b>the acquirer<\/b>/);
  await close();
});
