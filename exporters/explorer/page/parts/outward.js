// Links that leave the page, only where they lead to another: an address is data, and data may hold a script.

import { html } from "../elements.js";

/** A link with `text`, or where the address is none of the web, the text `otherwise`. */
export function Outward({ url, text, otherwise, ...rest }) {
  const leads = url !== null && /^https?:\/\//i.test(url);
  return leads ? html`<a href=${url} rel="noreferrer" ...${rest}>${text}</a>` : html`<span ...${rest}>${otherwise}</span>`;
}

/** Where a function stands, linked to the repository if that is known. */
export function Source({ source_url: url, file, line }) {
  const place = `${file}:${line}`;
  return html`<${Outward} class="source" url=${url} text=${place} otherwise=${place} />`;
}
