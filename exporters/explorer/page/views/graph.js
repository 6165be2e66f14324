import { html } from "../elements.js"; export function GraphView() { return html`<h1>x</h1>`; }
