// Serves the page and invented numbers, for work on the page and for its tests. `node server.mjs
// [scenario] [port]`.

import { createServer } from "node:http";
import { readFile } from "node:fs/promises";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { Simulation } from "./simulation.mjs";
import { hostile, large, shop } from "./shop.mjs";
import { events } from "./events.mjs";
import { flows, inFlow } from "./flows.mjs";
import { graph, rows, windowed } from "./tables.mjs";
import { series } from "./series.mjs";
import { objectives, suspects } from "./objectives.mjs";

const PAGE = fileURLToPath(new URL("../../../exporters/explorer/page/", import.meta.url));
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'";
const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml" };
const WINDOWS = [10, 60, 300, 1800, 21600];

/** Programs that the mock can simulate, by name. */
export const SCENARIOS = {
  shop: () => shop(),
  hostile: () => hostile(),
  large: () => large(),
  idle: () => ({ ...shop(), functions: shop().functions.map((f) => ({ ...f, entry: 0 })) }),
  empty: () => ({ functions: [], calls: [] }),
  calm: () => shop(),
};

/** Starts the mock. `policy` is an additional Content-Security-Policy. With `frozen` (Unix seconds) its clock stands still. `mount` is the path of the page. */
export async function start({ scenario = "shop", port = 0, frozen = null, mount = "/", policy = null } = {}) {
  const began = frozen ?? Date.now() / 1000;
  const times = { start: began - 5 * 3600, incident: scenario === "calm" ? Infinity : began - 240 };
  const sim = new Simulation(SCENARIOS[scenario](), times);
  const now = () => frozen ?? Math.floor(Date.now() / 1000);
  const server = createServer((request, response) => {
    // Sends a second header of the same name, as an application or proxy may add one: both policies
    // apply.
    response.policies = policy === null ? [POLICY] : [POLICY, policy];
    handle(sim, now(), mount, request, response).catch((error) => answer(response, 500, { error: error.stack }));
  });
  await new Promise((resolve) => server.listen(port, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${server.address().port}${mount}`, port: server.address().port, close: () => close(server) };
}

async function handle(sim, at, mount, request, response) {
  const url = new URL(request.url, "http://127.0.0.1");
  if (!url.pathname.startsWith(mount)) return answer(response, 404, { error: "nothing here" });
  const path = url.pathname.slice(mount.length);
  const query = Object.fromEntries(url.searchParams);
  if (path.startsWith("api/v1/")) return api(sim, at, path.slice(7), query, response);
  return file(path === "" ? "index.html" : path.startsWith("assets/") ? path.slice(7) : null, response);
}

function api(sim, at, name, query, response) {
  const window = Number(query.window ?? 60);
  if (!WINDOWS.includes(window)) return answer(response, 400, { error: `window is one of ${WINDOWS.join(", ")} seconds` });
  const answers = {
    functions: () => functions(sim, at, window, query.flow ?? null),
    flows: () => flows(sim, at, window),
    graph: () => graph(sim, at, window),
    series: () => series(sim, at, query.function, Number(query.range ?? 300)),
    objectives: () => objectives(sim, at, window),
    suspects: () => suspects(sim, at, window, query),
    events: () => events(sim, at, query),
  };
  if (!Object.hasOwn(answers, name)) return answer(response, 404, { error: `no such resource: ${name}` });
  if (name === "series" && !sim.byId.has(query.function)) {
    return answer(response, 404, { error: `no function has the id ${query.function}; ids are in api/v1/functions` });
  }
  return answer(response, 200, answers[name]());
}

function functions(sim, at, window, flow) {
  const all = rows(sim, at, window);
  return { ...windowed(sim, at, window), flow, functions: flow === null ? all : inFlow(sim, at, window, all, flow) };
}

async function file(path, response) {
  const inside = path && normalize(path);
  const bytes = inside && !inside.startsWith("..") ? await readFile(join(PAGE, inside)).catch(() => null) : null;
  if (!bytes) return answer(response, 404, { error: "no such file" });
  response.writeHead(200, {
    "content-type": `${TYPES[extname(inside)] ?? "text/plain"}; charset=utf-8`, "content-security-policy": response.policies,
    "x-content-type-options": "nosniff", "cache-control": "no-store",
  });
  response.end(bytes);
}

function answer(response, status, body) {
  response.writeHead(status, { "content-type": "application/json", "cache-control": "no-store" });
  response.end(JSON.stringify(body));
}

function close(server) {
  server.closeAllConnections();
  return new Promise((resolve) => server.close(resolve));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , scenario = "shop", port = "9465"] = process.argv;
  const { url } = await start({ scenario, port: Number(port) });
  console.log(`${scenario} at ${url}`);
}
