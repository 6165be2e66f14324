// List of keyboard shortcuts, in a native dialog, which keeps the focus inside and closes with Esc.

import { html, useEffect, useRef } from "../elements.js";
import { KEYS } from "../keys.js";

export function KeysDialog({ close }) {
  const dialog = useRef(null);
  useEffect(() => {
    dialog.current.showModal();
  }, []);
  const outside = (event) => event.target === dialog.current && dialog.current.close();
  return html`
    <dialog ref=${dialog} class="keys-dialog" aria-labelledby="keys-title" onClose=${close} onClick=${outside}>
      <div class="inside">
        <h2 id="keys-title">Keys</h2>
        <dl>${KEYS.map(([keys, what]) => html`
          <div key=${keys}><dt>${keys.split(" ").map((key) => html`<kbd key=${key}>${key}</kbd>`)}</dt><dd>${what}</dd></div>`)}
        </dl>
        <form method="dialog"><button>Close</button></form>
      </div>
    </dialog>`;
}
