// Detects a Content-Security-Policy of the application or a proxy that forbids what the page needs.

import { useEffect, useState } from "./elements.js";

/** The first blocked file or address and the directive that blocked it; null if nothing was blocked. */
let blocked = null;
const listeners = new Set();

/** Watches for blocked requests from now on, and detects style sheets that were blocked before any script ran. */
export function watchPolicy() {
  document.addEventListener("securitypolicyviolation", (event) => {
    // Requests of browser extensions are blocked by the page's own policy, and do not matter to it.
    if (event.disposition === "enforce" && event.blockedURI.startsWith(location.origin)) {
      report({ address: event.blockedURI, directive: event.effectiveDirective });
    }
  });
  // Browsers run this script after the style sheets, and some have an empty style sheet for a blocked one.
  const base = document.querySelector('link[href$="base.css"]');
  const isStyled = getComputedStyle(document.documentElement).getPropertyValue("--ground") !== "";
  if (!isStyled) report({ address: base.href, directive: "style-src" });
}

function report(what) {
  if (blocked !== null) return;
  blocked = what;
  for (const listener of [...listeners]) listener();
}

/** Returns what was blocked, or null if nothing was. */
export function useBlocked() {
  const [, refresh] = useState(0);
  useEffect(() => {
    const listener = () => refresh((n) => n + 1);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, []);
  return blocked;
}
