// The browser that tests and pictures use: the system's Chromium, told where by `CHROMIUM`.

import { existsSync } from "node:fs";
import { chromium } from "playwright-core";

const PROGRAM = process.env.CHROMIUM ?? "/usr/bin/chromium";

export async function launch() {
  if (!existsSync(PROGRAM)) {
    throw new Error(`no browser at ${PROGRAM}: install Debian's chromium, or set CHROMIUM to the path of one`);
  }
  // Containers have neither the privileges for its sandbox nor much shared memory; it only meets our own page.
  return chromium.launch({ executablePath: PROGRAM, args: ["--no-sandbox", "--disable-dev-shm-usage"] });
}
