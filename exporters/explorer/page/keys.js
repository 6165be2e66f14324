// Keyboard shortcuts of all views: to the filter, to a view, to the list of keys, and arrow keys along rows.

import { useEffect } from "./elements.js";
import { address, go } from "./route.js";

export const KEYS = [
  ["/", "focus the filter"],
  ["g f", "functions"],
  ["g c", "call graph"],
  ["g o", "objectives"],
  ["g s", "suspects"],
  ["g e", "events"],
  ["↑ ↓", "move along rows; Home and End: first and last row"],
  ["← →", "close and open a module"],
  ["Enter", "open the focused item"],
  ["+ − 0", "in the call graph: zoom in, zoom out, show all"],
  ["Esc", "close, or leave the filter"],
  ["?", "show these keys"],
];

const PLACES = { f: "functions", c: "graph", o: "objectives", s: "suspects", e: "events" };
const PATIENCE = 1500;

/** Listens on the whole page while the shell exists. */
export function useKeys(showKeys) {
  useEffect(() => {
    let prefixAt = -Infinity;
    const listener = (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      if (isTyping(event.target)) {
        if (event.key === "Escape") event.target.blur();
        return;
      }
      if (document.querySelector("dialog[open]")) return;
      const afterPrefix = event.timeStamp - prefixAt < PATIENCE;
      prefixAt = -Infinity;
      if (afterPrefix && Object.hasOwn(PLACES, event.key)) {
        event.preventDefault();
        go(address(PLACES[event.key]));
      } else if (event.key === "g") {
        prefixAt = event.timeStamp;
      } else if (event.key === "?") {
        event.preventDefault();
        showKeys();
      } else if (event.key === "/") {
        const filter = document.querySelector("input[type=search]");
        if (filter) {
          event.preventDefault();
          filter.focus();
          filter.select();
        }
      }
    };
    addEventListener("keydown", listener);
    return () => removeEventListener("keydown", listener);
  }, []);
}

/** Moves the focus along the elements with `data-row`, for the arrow keys, Home and End. */
export function moveAlongRows(event) {
  if (event.ctrlKey || event.metaKey || event.altKey || !event.target.matches?.("[data-row]")) return;
  const rows = [...event.currentTarget.querySelectorAll("[data-row]")];
  const at = rows.indexOf(event.target);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (to === undefined || !rows[to]) return;
  event.preventDefault();
  rows[to].focus();
}

function isTyping(target) {
  return target.matches?.("input, select, textarea");
}
