import { html } from "../elements.js"; export function FunctionView() { return html`<h1>x</h1>`; }
