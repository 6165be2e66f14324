// The browser that tests and pictures use: the system's Chromium, told where by `CHROMIUM`.

import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { chromium } from "playwright-core";

const PROGRAM = process.env.CHROMIUM ?? (process.env.PATH ?? "").split(delimiter).map((folder) => join(folder, "chromium")).find(existsSync);

const ARGUMENTS = [
  // Containers have neither the privileges for its sandbox nor much shared memory; it only meets our own page.
  "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu",
  // It asks nobody but the page's program.
  "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync",
];

/** A browser without a window, with a profile of its own that is empty and goes with it. */
export async function launch() {
  if (!PROGRAM || !existsSync(PROGRAM)) {
    throw new Error(`no browser ${PROGRAM ? `at ${PROGRAM}` : "called chromium on PATH"}: install Debian's chromium, or set CHROMIUM to the path of one`);
  }
  return chromium.launch({ executablePath: PROGRAM, args: ARGUMENTS, headless: true });
}
