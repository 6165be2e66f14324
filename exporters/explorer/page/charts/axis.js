// Logarithmic scale of the heat map, with round latencies from nanoseconds to hours.

/**
 * Returns the position of a latency, in rows from the lower end of row 0. A first row that begins at 0 has no scale.
 */
export function position({ bounds_seconds: bounds, rows_per_octave: perOctave }, seconds) {
  const base = bounds[0] === 0 ? 1 : 0;
  return base + Math.log2(seconds / bounds[base]) * perOctave;
}

const DIGITS = [[1, 2, 5], [1, 3], [1]];
const MINUTES = [60, 120, 300, 600, 1800, 3600, 7200, 18000, 36000];
/** Minimum distance of readable labels, in pixels. */
const APART = 14;

/**
 * Returns round latencies in seconds, ascending, as many as fit in rows of a height in pixels: 1, 2 and 5 of each power
 * of ten, then whole minutes.
 */
export function ticks(heatmap, { from, to }, height) {
  const least = heatmap.bounds_seconds[0] === 0 ? Math.max(from, 1) : from;
  const inside = (seconds) => position(heatmap, seconds) >= least && position(heatmap, seconds) <= to + 1;
  const apart = (a, b) => (position(heatmap, b) - position(heatmap, a)) * height >= APART;
  const spaced = (marks) => marks.every((seconds, i) => i === 0 || apart(marks[i - 1], seconds));
  const choices = DIGITS.map((digits) => {
    const marks = [];
    for (let power = -10; power <= 1; power++) marks.push(...digits.map((digit) => Number(`${digit}e${power}`)).filter((seconds) => seconds < 60 && inside(seconds)));
    for (const seconds of MINUTES.filter(inside)) if (marks.length === 0 || apart(marks.at(-1), seconds)) marks.push(seconds);
    return marks;
  });
  const few = choices.at(-1).filter((_, i) => i % 2 === 0);
  return [...choices, few].find(spaced) ?? few;
}
