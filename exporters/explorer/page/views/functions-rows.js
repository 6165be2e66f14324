// The rows of the functions: headers that sort, one row per function, and modules that open and close.

import { html } from "../elements.js";
import { FunctionLink } from "../parts/name.js";
import { count } from "../units.js";
import { byColumn, Cells, summed } from "./functions-columns.js";

export function HeaderRow({ columns, choice, refine }) {
  const sort = ({ key, of }) => () => {
    const natural = typeof of({ name: "" }) === "string";
    const up = key === choice.sort ? !choice.up : natural;
    refine({ sort: key, order: up === natural ? "" : up ? "up" : "down" });
  };
  return html`
    <thead><tr>${columns.map((column) => {
      const current = column.key === choice.sort;
      const kind = `${column.key === "name" ? "" : "number"} ${column.wide ? "wide" : ""}`;
      if (!column.of) return html`<th key=${column.key} scope="col" class=${kind} title=${column.hint}>${column.title}</th>`;
      return html`
        <th key=${column.key} scope="col" class=${kind} aria-sort=${current ? (choice.up ? "ascending" : "descending") : null}>
          <button type="button" title=${column.hint} onClick=${sort(column)}>${column.title}<span class="arrow" aria-hidden="true">${current ? (choice.up ? "↑" : "↓") : ""}</span></button>
        </th>`;
    })}</tr></thead>`;
}

export function FlatRows({ functions }) {
  return html`<tbody>${functions.map((f, i) => html`<${FunctionRow} key=${f.id} f=${f} first=${i === 0} withModule=${true} />`)}</tbody>`;
}

export function TreeRows({ functions, choice, closed, toggle }) {
  const rows = [];
  const root = treeOf(functions);
  const order = byColumn(choice.sort, choice.up);
  const walk = (module, depth) => {
    const modules = [...module.modules.values()].map(shortened).map((inner) => ({ ...inner, all: summed(inner.path, inner.title, functionsOf(inner)) }));
    modules.sort((a, b) => order(a.all, b.all));
    for (const inner of modules) {
      const open = !closed.has(inner.path);
      rows.push(html`<${ModuleRow} key=${`m ${inner.path}`} module=${inner} depth=${depth} open=${open} toggle=${toggle} first=${rows.length === 0} />`);
      if (open) walk(inner, depth + 1);
    }
    for (const f of module.functions) {
      rows.push(html`<${FunctionRow} key=${f.id} f=${f} depth=${depth} first=${rows.length === 0} />`);
    }
  };
  walk(root, 0);
  return html`<tbody>${rows}</tbody>`;
}

function FunctionRow({ f, depth = 0, first, withModule = false }) {
  return html`
    <tr>
      <th scope="row" class=${`depth depth-${Math.min(depth, 6)}`}>
        <${FunctionLink} ...${f} withModule=${withModule} row=${true} />${f.objective && html`<span class="tag" title=${`objective ${f.objective}`}>${f.objective}</span>`}
      </th>
      <${Cells} of=${f} />
    </tr>`;
}

function ModuleRow({ module, depth, open, toggle }) {
  const key = (event) => {
    if ((event.key === "ArrowLeft" && open) || (event.key === "ArrowRight" && !open)) {
      event.preventDefault();
      toggle(module.path);
    }
  };
  return html`
    <tr class="module-row">
      <th scope="row" class=${`depth depth-${Math.min(depth, 6)}`}>
        <button type="button" data-row="" aria-expanded=${open ? "true" : "false"} onClick=${() => toggle(module.path)} onKeyDown=${key}>
          <span class="caret" aria-hidden="true"></span>${module.title}<span class="tally">${count(functionsOf(module).length)}</span>
        </button>
      </th>
      <${Cells} of=${module.all} module=${true} />
    </tr>`;
}

function treeOf(functions) {
  const node = (path, title) => ({ path, title, modules: new Map(), functions: [] });
  const root = node("", "");
  for (const f of functions) {
    let at = root;
    for (const part of f.module.split("::")) {
      if (!at.modules.has(part)) at.modules.set(part, node(at.path ? `${at.path}::${part}` : part, part));
      at = at.modules.get(part);
    }
    at.functions.push(f);
  }
  return root;
}

/** A module with nothing but one module in it is shown as one row with it. */
function shortened(module) {
  let at = module;
  let { title } = module;
  while (at.functions.length === 0 && at.modules.size === 1) {
    [at] = at.modules.values();
    title = `${title}::${at.title}`;
  }
  return { ...at, title };
}

function functionsOf(module) {
  return [...module.functions, ...[...module.modules.values()].flatMap(functionsOf)];
}
