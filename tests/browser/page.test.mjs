// Files of the page: their size, that vendored files are the pinned ones, and that they comply with
// a strict policy.

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const PAGE = fileURLToPath(new URL("../../exporters/explorer/page/", import.meta.url));
const files = readdirSync(PAGE, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(PAGE, join(entry.parentPath ?? entry.path, entry.name)))
  .sort();
const read = (path) => readFileSync(join(PAGE, path));
const ours = files.filter((path) => !path.startsWith("vendor/") && /\.(js|css|html)$/.test(path));

test("the page weighs less than 150 kB", () => {
  const served = files.filter((path) => !path.includes("LICENSE"));
  const weight = served.reduce((sum, path) => sum + gzipSync(read(path), { level: 9 }).length, 0);
  assert.ok(weight < 150_000, `${weight} bytes with gzip`);
});

test("vendored files have the pinned checksums, and a licence", () => {
  const pinned = read("vendor/SHA256SUMS").toString().trim().split("\n").map((line) => line.split("  "));
  const vendored = files.filter((path) => /^vendor\/.*\//.test(path)).map((path) => path.slice(7));
  assert.deepEqual(pinned.map(([, path]) => path).sort(), vendored);
  for (const [sum, path] of pinned) {
    assert.equal(createHash("sha256").update(read(`vendor/${path}`)).digest("hex"), sum, path);
    assert.ok(vendored.includes(`${path.split("/")[0]}/LICENSE`), `${path} has no licence beside it`);
  }
});

test("files begin with a description, and are short", () => {
  for (const path of ours) {
    const lines = read(path).toString().split("\n");
    assert.match(lines[path.endsWith(".html") ? 1 : 0], /^(\/\/|\/\*|<!--) [A-Z].{10}/, path);
    assert.ok(lines.length <= 400, `${path} has ${lines.length} lines`);
  }
});

test("no file inserts markup, evaluates text, or has an absolute address", () => {
  for (const path of ours) {
    const text = read(path).toString();
    for (const pattern of [/innerHTML|outerHTML|insertAdjacentHTML|document\.write/, /\beval\(|new Function/, /dangerouslySetInnerHTML/, /(src|href)="\//, /fetch\([`"']\//, /https?:\/\/\w/]) {
      assert.doesNotMatch(text, pattern, path);
    }
  }
});

test("the document has no inline script or style", () => {
  const text = read("index.html").toString();
  assert.doesNotMatch(text, /<style|\sstyle=|\son\w+=/);
  for (const [, attributes, body] of text.matchAll(/<script([^>]*)>([^<]*)</g)) {
    assert.match(attributes, /src="assets\//);
    assert.equal(body, "");
  }
});

test("all modules and style sheets that files refer to exist", () => {
  for (const path of ours) {
    const text = read(path).toString();
    const from = path.split("/").slice(0, -1);
    for (const [, name] of text.matchAll(/(?:from |new URL\()"(\.{0,2}[\w./-]+\.js)"/g)) {
      const target = name.split("/").reduce((at, part) => (part === ".." ? at.slice(0, -1) : part === "." ? at : [...at, part]), from);
      assert.ok(files.includes(target.join("/")), `${path} names ${name}`);
    }
    for (const [, name] of text.matchAll(/"assets\/([^"]+)"/g)) assert.ok(files.includes(name), `${path} names ${name}`);
  }
});
