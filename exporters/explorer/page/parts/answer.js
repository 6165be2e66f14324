// Content of a view until there are numbers, or when there are none.

import { html } from "../elements.js";
import { span } from "../units.js";
import { Copy } from "./copy.js";

/** Renders `children` with the data, or a message while waiting and after a refusal. */
export function Answer({ live, title, children }) {
  if (live.error !== null) {
    return html`<div class="empty"><h1>${title}</h1><p role="alert" class="refusal">The program refused the request: ${live.error}</p></div>`;
  }
  if (live.data === null) return html`<div class="empty"><h1>${title}</h1><p>Loading …</p></div>`;
  return children(live.data);
}

/** Shows how much of the window has samples, unless all of it has. */
export function Coverage({ data }) {
  const whole = data.covered_seconds >= data.window_seconds * 0.95;
  return whole
    ? html`<span>last ${span(data.window_seconds)}</span>`
    : html`<span class="short">last ${span(data.window_seconds)}, with samples of ${span(data.covered_seconds)}</span>`;
}

/** Placeholder for missing content, with advice. */
export function Empty({ title, level = "h2", children, code = null }) {
  return html`
    <div class="empty">
      <${level}>${title}<//>
      <p>${children}</p>
      ${code && html`<div class="code"><pre tabindex="0"><code>${code}</code></pre><${Copy} text=${code} what="these lines" /></div>`}
    </div>`;
}
