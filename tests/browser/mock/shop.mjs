// The imagined shop: its functions, and the calls between them with their rates.

// [module, function, latency of its own body in seconds, line]
const FUNCTIONS = [
  ["shop::http", "get_product", 0.0008, 31],
  ["shop::http", "search", 0.0011, 47],
  ["shop::http", "post_cart", 0.0006, 62],
  ["shop::http", "post_order", 0.0012, 88],
  ["shop::http", "health", 0.00002, 19],
  ["shop::http", "render_page", 0.0024, 120],
  ["shop::http", "delete_account", 0.001, 141],
  ["shop::catalog", "Catalog::find", 0.0009, 24],
  ["shop::catalog", "Catalog::search", 0.021, 58],
  ["shop::catalog", "Catalog::rank", 0.0042, 90],
  ["shop::catalog", "Catalog::reindex", 0.4, 131],
  ["shop::catalog", "parse_query", 0.00006, 152],
  ["shop::catalog", "<Sku as TryFrom<&str>>::try_from", 0.000004, 171],
  ["shop::cart", "Cart::load", 0.0014, 20],
  ["shop::cart", "Cart::add", 0.0003, 44],
  ["shop::cart", "Cart::total", 0.00011, 71],
  ["shop::cart", "Cart::merge", 0.0008, 93],
  ["shop::cart", "apply_coupon", 0.0002, 118],
  ["shop::orders", "place_order", 0.0031, 40],
  ["shop::orders", "validate", 0.0001, 77],
  ["shop::orders", "persist", 0.0072, 102],
  ["shop::orders", "cancel_order", 0.002, 139],
  ["shop::orders", "send_receipt", 0.013, 160],
  ["shop::payment", "charge", 0.0021, 35],
  ["shop::payment", "refund", 0.002, 80],
  ["shop::payment", "check_fraud", 0.0061, 104],
  ["shop::payment::gateway", "Gateway::authorize", 0.048, 29],
  ["shop::payment::gateway", "Gateway::capture", 0.031, 66],
  ["shop::payment::gateway", "Gateway::void", 0.03, 97],
  ["shop::stock", "reserve", 0.0026, 22],
  ["shop::stock", "release", 0.002, 51],
  ["shop::stock", "count", 0.0004, 70],
];

// Calls per second from callers that are not instrumented.
const ENTRIES = {
  get_product: 38, search: 11, post_cart: 6.5, post_order: 2.4, health: 1, "Catalog::reindex": 0.0034, send_receipt: 2.2,
};

// Routes that these functions answer, the flows of all calls that they make.
const FLOWS = { get_product: "GET /products/{id}", search: "GET /search", post_cart: "POST /carts", post_order: "POST /orders" };

// [caller, callee, calls per call of the caller]
const CALLS = [
  ["get_product", "Catalog::find", 1], ["get_product", "count", 1], ["get_product", "render_page", 1],
  ["search", "parse_query", 1], ["search", "Catalog::search", 0.97], ["search", "render_page", 0.97],
  ["Catalog::search", "Catalog::rank", 1], ["Catalog::find", "<Sku as TryFrom<&str>>::try_from", 1],
  ["Catalog::reindex", "Catalog::rank", 40],
  ["post_cart", "Cart::load", 1], ["post_cart", "Cart::add", 0.9], ["Cart::add", "Catalog::find", 1],
  ["Cart::add", "count", 1], ["Cart::total", "apply_coupon", 0.2], ["post_cart", "Cart::total", 1],
  ["post_order", "Cart::load", 1], ["post_order", "place_order", 1],
  ["place_order", "validate", 1], ["place_order", "Cart::total", 1], ["place_order", "reserve", 1],
  ["place_order", "charge", 0.98], ["place_order", "persist", 0.93],
  ["charge", "check_fraud", 1], ["charge", "Gateway::authorize", 0.99], ["charge", "Gateway::capture", 0.9],
  ["reserve", "count", 1.3],
];

// Calls that are in the code of the caller, and were never made.
const IN_CODE_ONLY = [
  ["place_order", "release"], ["cancel_order", "refund"], ["cancel_order", "release"], ["refund", "Gateway::void"],
  ["delete_account", "cancel_order"],
];

const OBJECTIVES = { post_order: "checkout", place_order: "checkout", get_product: "browse", search: "browse" };
const BREAKABLE = new Set(["Gateway::authorize", "charge", "place_order", "post_order"]);

/** Returns the shop: functions with ids, and the calls between them. */
export function shop() {
  const functions = FUNCTIONS.map(([module, name, own, line]) => ({
    id: `${module}::${name}`, module, name, own, line, file: `src/${module.split("::").slice(1).join("/")}.rs`,
    objectives: OBJECTIVES[name] ? [OBJECTIVES[name]] : [], entry: ENTRIES[name] ?? 0, flow: FLOWS[name] ?? null, breakable: BREAKABLE.has(name),
    tracked: ["post_order", "Gateway::authorize", "search"].includes(name), errors: name === "parse_query" ? 0.004 : 0,
  }));
  const id = Object.fromEntries(functions.map((f) => [f.name, f.id]));
  const calls = CALLS.map(([from, to, times]) => ({ caller: id[from], callee: id[to], times }));
  const named = IN_CODE_ONLY.map(([from, to]) => ({ caller: id[from], callee: id[to], times: 0 }));
  return { functions, calls: [...calls, ...named] };
}

/** Returns the shop with additional names that would harm a page that treats them as markup. */
export function hostile() {
  const program = shop();
  const names = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", `größe_${"漢字🦀".repeat(248)}`];
  names.forEach((name, i) => {
    const id = `shop::names::${name}`;
    program.functions.push({
      id, module: "shop::names", name, own: 0.001, line: 7 + i, file: "src/<b>names</b>.rs", objectives: [], entry: 3 + i,
      flow: name.slice(0, 256), breakable: false, tracked: false, errors: 0.02,
    });
    program.calls.push({ caller: "shop::http::search", callee: id, times: 0.5 });
  });
  return program;
}

/** Returns a program of 300 functions in layers. Each calls one or two functions of the next layer. */
export function large() {
  const functions = [];
  const calls = [];
  const layers = [12, 40, 80, 96, 72];
  const first = [0, 12, 52, 132, 228];
  layers.forEach((size, layer) => {
    for (let i = 0; i < size; i++) {
      const module = `plant::${["http", "service", "domain", "store", "codec"][layer]}::part_${String(i % 8)}`;
      const name = `step_${layer}_${String(i).padStart(2, "0")}`;
      functions.push({
        id: `${module}::${name}`, module, name, own: 0.0002 * (1 + ((i * 7) % 13)), line: 10 + i, file: `src/${layer}.rs`,
        objectives: [], entry: layer === 0 ? 4 + i : 0, breakable: false, tracked: false, errors: i % 29 === 3 ? 0.03 : 0,
      });
      if (layer === 0) continue;
      const above = layers[layer - 1];
      const caller = (n) => functions[first[layer - 1] + (n % above)].id;
      const callee = `${module}::${name}`;
      calls.push({ caller: caller(Math.floor((i * above) / size)), callee, times: 0.8 });
      if (i % 3 === 0) calls.push({ caller: caller(Math.floor((i * above) / size) + 1), callee, times: 0.3 });
    }
  });
  return { functions, calls };
}
