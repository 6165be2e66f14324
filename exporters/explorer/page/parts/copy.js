// Button that copies a text and confirms it.

import { html, useEffect, useRef, useState } from "../elements.js";

export function Copy({ text, what }) {
  const [said, say] = useState(null);
  const timer = useRef(null);
  useEffect(() => () => clearTimeout(timer.current), []);
  const copy = async (event) => {
    const button = event.currentTarget;
    const done = await write(text);
    if (!done) select(button.parentElement.querySelector("code"));
    say(done ? "Copied" : "Selected");
    clearTimeout(timer.current);
    timer.current = setTimeout(() => say(null), 2000);
  };
  return html`
    <button type="button" class="copy" aria-label=${`Copy ${what}`} onClick=${copy}>${said ?? "Copy"}</button>
    <span class="unseen" role="status">${said ?? ""}</span>`;
}

async function write(text) {
  try {
    // Undefined unless the page came from this machine or by https.
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false;
  }
}

/** Fallback: selects the text, so that the user can copy it with the keyboard. */
function select(element) {
  const range = document.createRange();
  range.selectNodeContents(element);
  getSelection().removeAllRanges();
  getSelection().addRange(range);
}
