// Visible part of the call graph: all of it, or a function with its callers and callees up to a depth.

export const OUTSIDE = "\u0000outside";
export const OVERFLOW = "\u0000overflow";

/** Returns the nodes and edges to draw. `from` and `to` of an edge are ids of nodes. */
export function selection(data, { focus, depth, outside }) {
  const edges = data.edges
    .filter((edge) => outside || edge.caller !== null)
    .map((edge) => ({ ...edge, from: edge.caller ?? (edge.overflow ? OVERFLOW : OUTSIDE), to: edge.callee }));
  const kept = focus === null ? null : around(edges, focus, depth);
  const chosen = kept ? edges.filter((edge) => kept.has(edge.from) && kept.has(edge.to)) : edges;
  const ends = new Set(chosen.flatMap((edge) => [edge.from, edge.to]));
  const nodes = data.nodes.filter((node) => (kept ? kept.has(node.id) : true));
  const sources = [[OUTSIDE, "not instrumented", "code that carries no attribute"], [OVERFLOW, "folded callers", "callers beyond the cardinality limit"]];
  const pseudo = sources.filter(([id]) => ends.has(id)).map(([id, name, hint]) => ({ id, name, hint, module: "", pseudo: true, called: true }));
  return { nodes: [...pseudo, ...nodes], edges: chosen };
}

/** Callers of callers and callees of callees up to `depth`, without the other callees of a caller. */
function around(edges, focus, depth) {
  const kept = new Set([focus]);
  for (const [here, there] of [["from", "to"], ["to", "from"]]) {
    let rim = new Set([focus]);
    for (let step = 0; step < depth && rim.size; step++) {
      const next = edges.filter((edge) => rim.has(edge[here]) && !kept.has(edge[there])).map((edge) => edge[there]);
      rim = new Set(next.filter((id) => id !== OUTSIDE && id !== OVERFLOW));
      for (const id of next) kept.add(id);
    }
  }
  return kept;
}
