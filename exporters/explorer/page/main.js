// Entry point of the page.

import { html, render } from "./elements.js";
import { Shell } from "./shell.js";
import { watchPolicy } from "./policy.js";
import { applyTheme, preferences } from "./preferences.js";

// Before the first element is rendered, so that nothing flashes in the wrong colours.
applyTheme(preferences.theme);

watchPolicy();

const root = document.getElementById("page");
root.replaceChildren();
render(html`<${Shell} />`, root);
