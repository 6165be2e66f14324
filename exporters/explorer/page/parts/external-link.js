// Links that leave the page, only to http and https: an address is data, and data may contain a script.

import { html } from "../elements.js";

/** Link with `text`, or the text `otherwise` if the address is not http or https. */
export function ExternalLink({ url, text, otherwise, ...rest }) {
  const leads = url !== null && /^https?:\/\//i.test(url);
  return leads ? html`<a href=${url} rel="noreferrer" ...${rest}>${text}</a>` : html`<span ...${rest}>${otherwise}</span>`;
}

/** File and line of a function, linked to the repository if that is known. */
export function Source({ source_url: url, file, line }) {
  const place = `${file}:${line}`;
  return html`<${ExternalLink} class="source" url=${url} text=${place} otherwise=${place} />`;
}
