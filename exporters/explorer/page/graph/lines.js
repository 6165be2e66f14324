// Lines between functions: from the right side of a box to the left side of another, horizontal where they pass other
// boxes.

/** Distance of lines from the upper and lower edge of a box, in pixels. */
const INSET = 8;

/**
 * Returns a path and the position of its label for each edge. `places` has the centre of each box. Each of `routes` is
 * `{from, to, points, label}` with the points between the two boxes, or null for a recursive call.
 */
export function linesOf(places, routes, size) {
  const columns = new Set([...places.values()].map(({ x }) => Math.round(x)));
  const ends = ports(places, routes, size);
  return routes.map((route, i) => {
    if (route.from === route.to) return { path: loop(places.get(route.from), size), label: null };
    const flat = route.points.flatMap(({ x, y }) => {
      const half = columns.has(Math.round(x)) ? size.width / 2 : route.label.width / 2;
      const way = ends[i].back ? -1 : 1;
      return [{ x: x - half * way, y }, { x: x + half * way, y }];
    });
    const points = [ends[i].start, ...flat, ends[i].end];
    return { path: smooth(points), label: route.label };
  });
}

/** Returns the points where each line leaves and enters, spread along the sides in the order of the lines. */
function ports(places, routes, { width, height }) {
  const ends = routes.map(({ from, to }) => ({ back: places.get(to).x <= places.get(from).x }));
  const spread = (end, other, at) => {
    const sides = new Map();
    routes.forEach((route, i) => {
      if (route.from === route.to) return;
      const side = `${route[end]} ${ends[i].back}`;
      if (!sides.has(side)) sides.set(side, []);
      const towards = (end === "from" ? route.points[0] : route.points.at(-1)) ?? places.get(route[other]);
      sides.get(side).push({ i, y: towards.y });
    });
    for (const lines of sides.values()) {
      lines.sort((a, b) => a.y - b.y);
      const gap = Math.min(9, (height - 2 * INSET) / Math.max(1, lines.length - 1));
      lines.forEach(({ i }, n) => {
        const box = places.get(routes[i][end]);
        const right = (end === "from") !== ends[i].back;
        ends[i][at] = { x: box.x + (right ? width / 2 : -width / 2), y: box.y + (n - (lines.length - 1) / 2) * gap };
      });
    }
  };
  spread("from", "to", "start");
  spread("to", "from", "end");
  return ends;
}

/** Returns a path through all points, horizontal in each of them. */
function smooth(points) {
  const n = (value) => value.toFixed(1);
  let path = `M${n(points[0].x)} ${n(points[0].y)}`;
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1], points[i]];
    const middle = (a.x + b.x) / 2;
    path += a.y === b.y ? `H${n(b.x)}` : `C${n(middle)} ${n(a.y)} ${n(middle)} ${n(b.y)} ${n(b.x)} ${n(b.y)}`;
  }
  return path;
}

function loop({ x, y }, { width, height }) {
  const [right, top] = [x + width / 2, y - height / 2];
  return `M${right - 30} ${top}C${right - 30} ${top - 22} ${right + 24} ${top - 6} ${right} ${y - 6}`;
}
