import { html } from "../elements.js"; export function SuspectsView() { return html`<h1>x</h1>`; }
