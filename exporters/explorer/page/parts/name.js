// Name of a function as a link, with its module if that helps.

import { html } from "../elements.js";
import { functionAddress } from "../route.js";

/** Splits `module::name`. Ids are opaque, so this only serves where the answer has no separate fields. */
export function parts(id) {
  const plain = id.replace(/<.*$/, "");
  const cut = id.startsWith("<") ? -1 : plain.match(/^(?:[a-z_][\w]*::)+/)?.[0].length ?? -1;
  return cut > 0 ? { module: id.slice(0, cut - 2), name: id.slice(cut) } : { module: "", name: id };
}

export function FunctionLink({ id, module, name, withModule = true, row = false, ...rest }) {
  const of = name === undefined ? parts(id) : { module, name };
  return html`
    <a class="function" href=${functionAddress(id)} title=${id} data-row=${row ? "" : null} ...${rest}>
      <span class="name">${of.name}</span>${withModule && of.module && html` <span class="module">${of.module}</span>`}
    </a>`;
}
