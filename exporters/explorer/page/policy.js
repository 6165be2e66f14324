// Another Content-Security-Policy than the explorer's: the application's, or a proxy's, which forbids what the page needs.

import { useEffect, useState } from "./elements.js";

/** A file or address that was blocked first, and the directive that did it; null while nothing was. */
let blocked = null;
const listeners = new Set();

/** Notices what is blocked from now on, and style sheets that were blocked before any script ran. */
export function watchPolicy() {
  document.addEventListener("securitypolicyviolation", (event) => {
    // What browser extensions add to the page is blocked by its own policy, and no trouble of the page.
    if (event.disposition === "enforce" && event.blockedURI.startsWith(location.origin)) {
      report({ address: event.blockedURI, directive: event.effectiveDirective });
    }
  });
  // Browsers run this script after the style sheets, and some have an empty one for what was blocked.
  const base = document.querySelector('link[href$="base.css"]');
  const isStyled = getComputedStyle(document.documentElement).getPropertyValue("--ground") !== "";
  if (!isStyled) report({ address: base.href, directive: "style-src" });
}

function report(what) {
  if (blocked !== null) return;
  blocked = what;
  for (const listener of [...listeners]) listener();
}

/** What was blocked; null while nothing was. */
export function useBlocked() {
  const [, refresh] = useState(0);
  useEffect(() => {
    const listener = () => refresh((n) => n + 1);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, []);
  return blocked;
}
