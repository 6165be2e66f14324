import { html } from "../elements.js"; export function ObjectivesView() { return html`<h1>x</h1>`; }
