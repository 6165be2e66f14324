// Small pictures in tables: a bar for a share, a line for the last minutes.

import { html } from "../elements.js";

/** Bar whose length is the share. The number is always beside it as text. */
export function Bar({ share, kind = "" }) {
  const width = `${Math.max(0, Math.min(1, share ?? 0)) * 100}%`;
  return html`<span class=${`share-bar ${kind}`} aria-hidden="true"><span style=${{ width }}></span></span>`;
}

const WIDTH = 84;
const HEIGHT = 18;

/** Line of the rate over the last minutes, from zero to its maximum. */
export function Sparkline({ values }) {
  const most = Math.max(...values, 0);
  if (!(most > 0)) return html`<svg class="sparkline" width=${WIDTH} height=${HEIGHT} aria-hidden="true"><path class="none" d=${`M0 ${HEIGHT - 1.5}H${WIDTH}`} /></svg>`;
  const at = (value, i) => `${((i * WIDTH) / (values.length - 1)).toFixed(1)} ${(HEIGHT - 1.5 - (value / most) * (HEIGHT - 3)).toFixed(1)}`;
  const line = `M${values.map(at).join("L")}`;
  return html`
    <svg class="sparkline" width=${WIDTH} height=${HEIGHT} aria-hidden="true">
      <path class="area" d=${`${line}L${WIDTH} ${HEIGHT}L0 ${HEIGHT}Z`} /><path class="line" d=${line} />
    </svg>`;
}

/** Returns the class for an error ratio, with which style sheets and legends choose a colour. */
export function severity(ratio) {
  if (!ratio) return "none";
  return ratio < 0.01 ? "few" : ratio < 0.05 ? "some" : "many";
}
