// Rows of the functions view: sortable headers, one row per function, and modules that open and close.

import { Component, html } from "../elements.js";
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

export function FlatRows({ columns, functions, most, showAll }) {
  return html`
    <tbody>
      ${functions.slice(0, most).map((f) => html`<${FunctionRow} key=${f.id} columns=${columns} f=${f} withModule=${true} />`)}
      <${MoreRow} columns=${columns} count=${Math.max(0, functions.length - most)} showAll=${showAll} />
    </tbody>`;
}

export function TreeRows({ columns, functions, choice, closed, toggle, most, showAll }) {
  const rows = [];
  let left = 0;
  const order = byColumn(columns, choice.sort, choice.up);
  const walk = (module, depth) => {
    const modules = [...module.modules.values()].map(shortened).map((inner) => {
      const all = functionsOf(inner);
      return { ...inner, count: all.length, all: summed(inner.path, inner.title, all) };
    });
    modules.sort((a, b) => order(a.all, b.all));
    for (const inner of modules) {
      const open = !closed.has(inner.path);
      if (rows.length < most) rows.push(html`<${ModuleRow} key=${`m ${inner.path}`} columns=${columns} module=${inner} depth=${depth} open=${open} toggle=${toggle} />`);
      if (open) walk(inner, depth + 1);
    }
    for (const f of module.functions) {
      if (rows.length < most) rows.push(html`<${FunctionRow} key=${f.id} columns=${columns} f=${f} depth=${depth} />`);
      else left += 1;
    }
  };
  walk(treeOf(functions), 0);
  return html`<tbody>${rows}<${MoreRow} columns=${columns} count=${left} showAll=${showAll} /></tbody>`;
}

function MoreRow({ columns, count: left, showAll }) {
  if (left === 0) return null;
  return html`<tr class="more"><td colspan=${columns.length}><button type="button" data-row="" onClick=${showAll}>Show the other ${count(left)} functions</button></td></tr>`;
}

/** Rendered again only with new numbers: typing into the filter moves rows without changing them. */
class FunctionRow extends Component {
  shouldComponentUpdate({ columns, f, depth, withModule }) {
    const now = this.props;
    return columns !== now.columns || f !== now.f || depth !== now.depth || withModule !== now.withModule;
  }

  render({ columns, f, depth = 0, withModule = false }) {
    return html`
      <tr>
        <th scope="row" class=${`depth depth-${Math.min(depth, 6)}`}>
          <${FunctionLink} ...${f} withModule=${withModule} row=${true} />${f.objectives.map((name) => html`<span key=${name} class="tag" title=${`objective ${name}`}>${name}</span>`)}
          ${f.cancelled_total > 0 && html`<span class="tag" title="async calls that were dropped before they finished, since the start">${count(f.cancelled_total)} cancelled</span>`}
        </th>
        <${Cells} columns=${columns} of=${f} />
      </tr>`;
  }
}

function ModuleRow({ columns, module, depth, open, toggle }) {
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
          <span class="caret" aria-hidden="true"></span>${module.title}<span class="tally">${count(module.count)}</span>
        </button>
      </th>
      <${Cells} columns=${columns} of=${module.all} module=${true} />
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

/** Merges a module that contains nothing but one module with it, in one row. */
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
