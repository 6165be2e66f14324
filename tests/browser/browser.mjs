// Starts the browser of tests and pictures: the system's Chromium, or the program at `CHROMIUM`.

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const PROGRAM = process.env.CHROMIUM ?? (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "chromium")).find(existsSync);

const ARGUMENTS = [
  // Containers have neither the privileges for Chromium's sandbox nor much shared memory. It only
  // loads our own page.
  "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
  // Disables all requests except those to the page's own program.
  "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/** Launches a headless browser with an empty profile of its own, which is deleted with it. */
export async function launch() {
  if (!PROGRAM || !existsSync(PROGRAM)) {
    throw new Error(`no browser ${PROGRAM ? `at ${PROGRAM}` : "called chromium on PATH"}: install Debian's chromium, or set CHROMIUM to the path of one`);
  }
  return chromium.launch({ executablePath: PROGRAM, args: ARGUMENTS, headless: true });
}
