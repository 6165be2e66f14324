// Parses the text that Prometheus scrapes.

import assert from "node:assert/strict";

const SERIES = /^(\w+)\{(.*)\} (\S+)$/;
const LABEL = /(\w+)="((?:[^"\\]|\\.)*)"/g;
const ESCAPED = { "\\n": "\n", '\\"': '"', "\\\\": "\\" };

/** Returns sums of a metric's series, grouped by `key` of their labels. Series for which `key` returns false are skipped. */
export function sums(text, metric, key) {
  const sums = new Map();
  for (const line of text.split("\n")) {
    const [, name, labels, value] = line.match(SERIES) ?? [];
    if (name !== metric) continue;
    const group = key(Object.fromEntries([...labels.matchAll(LABEL)].map(([, label, text]) => [label, text.replace(/\\./g, (pair) => ESCAPED[pair])])));
    if (group !== false) sums.set(group, (sums.get(group) ?? 0) + Number(value));
  }
  assert.ok(sums.size > 0, `there is no ${metric}`);
  return sums;
}
