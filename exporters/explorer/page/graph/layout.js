// Positions of functions and calls in layers from left to right. dagre computes them in a worker, and only when the set
// of functions or calls changes, so that the picture stands still while numbers change.

import { useEffect, useRef, useState } from "../elements.js";

export const NODE = { width: 176, height: 40 };
const LABEL = { width: 118, height: 18 };

/**
 * Returns the layout of these nodes and edges, or null until the first one is done: `places` by id, and `lines` in the
 * order of the edges. The previous layout stays until the new one is done, and is not `current` meanwhile.
 */
export function useLayout(nodes, edges) {
  const [layout, setLayout] = useState(null);
  const worker = useRef(null);
  const shape = JSON.stringify([nodes.map((node) => node.id), edges.map((edge) => [edge.from, edge.to])]);
  useEffect(() => {
    worker.current = new Worker(new URL("layout-worker.js", import.meta.url), { type: "module" });
    worker.current.onmessage = ({ data }) => setLayout({ shape, ...data });
    worker.current.postMessage({
      nodes: nodes.map((node) => node.id), edges: edges.map(({ from, to }) => ({ from, to })),
      size: NODE, label: LABEL,
    });
    return () => worker.current.terminate();
  }, [shape]);
  return layout && { ...layout, current: layout.shape === shape };
}
