// Formatting of numbers: a suitable unit, few digits, and a dash for unknown values.

export const UNKNOWN = "–";
const DIGITS = [0, 1, 2, 3].map((digits) => new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }));
const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const NARROW = "\u202f";

/** Formats three significant digits: 0.123, 1.23, 12.3, 123, 1,234. */
function three(value) {
  const size = Math.abs(value);
  return DIGITS[size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3].format(value);
}

/** Formats a rate per second. A rate below one per thousand seconds is not shown as zero. */
export function rate(value) {
  if (value === null) return UNKNOWN;
  if (value === 0) return "0";
  if (value < 0.0005) return "<0.001";
  if (value >= 1e6) return `${three(value / 1e6)}M`;
  if (value >= 1e5) return `${three(value / 1e3)}k`;
  return three(value);
}

/** Formats a duration in a suitable unit, from nanoseconds to minutes. */
export function duration(seconds) {
  if (seconds === null) return UNKNOWN;
  const [factor, unit] = durationUnit(seconds);
  return seconds === 0 ? "0" : `${three(seconds * factor)}${NARROW}${unit}`;
}

export function durationUnit(seconds) {
  const size = Math.abs(seconds);
  if (size >= 120) return [1 / 60, "min"];
  if (size >= 0.9995) return [1, "s"];
  if (size >= 0.0009995) return [1e3, "ms"];
  if (size >= 0.0000009995) return [1e6, "µs"];
  return [1e9, "ns"];
}

/** Formats a bound or threshold with the digits that were written. */
export function bound(seconds) {
  if (seconds === null) return UNKNOWN;
  const [factor, unit] = durationUnit(seconds);
  return `${Number((seconds * factor).toPrecision(6))}${NARROW}${unit}`;
}

/** Formats a share of calls as a percentage. */
export function ratio(value) {
  if (value === null) return UNKNOWN;
  if (value === 0) return "0";
  const percent = value * 100;
  if (percent < 0.01) return "<0.01 %".replace(" ", NARROW);
  return `${DIGITS[percent >= 9.995 ? 1 : 2].format(percent)}${NARROW}%`;
}

/** Formats a share to a tenth of a per cent. */
export function share(value) {
  return value === null ? UNKNOWN : `${DIGITS[1].format(value * 100)}${NARROW}%`;
}

/** Formats a target or an achieved ratio, with enough digits to distinguish 99.95 % from 99.9 %. */
export function level(value) {
  return value === null ? UNKNOWN : `${Number((value * 100).toPrecision(6))}${NARROW}%`;
}

/** Formats seconds of time per second. */
export function load(value) {
  // From one second on the unit stays s/s, the number of busy threads. Minutes per second would be hard to understand.
  return value === null ? UNKNOWN : value === 0 ? "0" : value >= 1 ? `${three(value)}${NARROW}s/s` : `${duration(value)}/s`;
}

export function count(value) {
  return value === null ? UNKNOWN : WHOLE.format(value);
}

/** Formats a factor, such as a burn rate. */
export function times(value) {
  return value === null ? UNKNOWN : `${value === 0 ? "0" : three(value)}×`;
}

/** Formats a span of time: 10 s, 5 min, 6 h, 30 d. */
export function span(seconds) {
  if (seconds < 60) return `${Math.round(seconds)}${NARROW}s`;
  if (seconds < 3600) return `${trimmed(seconds / 60)}${NARROW}min`;
  if (seconds < 86400) return `${trimmed(seconds / 3600)}${NARROW}h`;
  return `${trimmed(seconds / 86400)}${NARROW}d`;
}

function trimmed(value) {
  return String(Math.round(value * 10) / 10);
}

/** Formats the time of day, in the browser's time zone. */
export function clock(unixSeconds) {
  return new Date(unixSeconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}
