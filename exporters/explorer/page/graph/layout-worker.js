// Worker that computes a layout. 300 functions with many calls take seconds, and the page must stay responsive.

import { Graph, layout } from "../vendor/dagre-3.1.3/dagre.js";
import { linesOf } from "./lines.js";

onmessage = ({ data: { nodes, edges, size, label } }) => {
  const graph = new Graph();
  graph.setGraph({ rankdir: "LR", nodesep: 12, edgesep: 10, ranksep: 76, marginx: 14, marginy: 14 });
  // Numbers as names, because a function's name could have a special meaning to the library.
  const index = new Map(nodes.map((id, i) => [id, `n${i}`]));
  nodes.forEach((id, i) => graph.setNode(`n${i}`, { ...size }));
  for (const { from, to } of edges) {
    // A recursive call is drawn as a loop at its box. dagre would widen the layer for it.
    if (from !== to) graph.setEdge(index.get(from), index.get(to), { ...label, labelpos: "c" });
  }
  layout(graph);
  const places = new Map(nodes.map((id, i) => [id, at(graph.node(`n${i}`))]));
  const routes = edges.map(({ from, to }) => {
    const { points = [], x, y } = from === to ? {} : graph.edge(index.get(from), index.get(to));
    // The first and last point are dagre's intersections with the boxes. Lines of the picture end at the boxes' sides.
    return { from, to, points: points.slice(1, -1).map(at), label: x === undefined ? null : { x, y, width: label.width } };
  });
  const { width, height } = graph.graph();
  postMessage({ width, height, places, lines: linesOf(places, routes, size) });
};

function at({ x, y }) {
  return { x, y };
}
