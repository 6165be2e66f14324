// How numbers read: the unit that fits each value, few digits, and a dash for what is not known.

export const UNKNOWN = "–";
const DIGITS = [0, 1, 2, 3].map((digits) => new Intl.NumberFormat("en", { minimumFractionDigits: digits, maximumFractionDigits: digits }));
const WHOLE = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const NARROW = "\u202f";

/** Three digits that matter: 0.123, 1.23, 12.3, 123, 1,234. */
function three(value) {
  const size = Math.abs(value);
  return DIGITS[size >= 99.95 ? 0 : size >= 9.995 ? 1 : size >= 0.9995 ? 2 : 3].format(value);
}

/** Per second. What happens less often than every thousand seconds is not nothing. */
export function rate(value) {
  if (value === null) return UNKNOWN;
  if (value === 0) return "0";
  if (value < 0.0005) return "<0.001";
  if (value >= 1e6) return `${three(value / 1e6)}M`;
  if (value >= 1e5) return `${three(value / 1e3)}k`;
  return three(value);
}

/** A duration in the unit that reads best, from nanoseconds to minutes. */
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

/** A bound or a threshold: no digits that nobody wrote. */
export function bound(seconds) {
  if (seconds === null) return UNKNOWN;
  const [factor, unit] = durationUnit(seconds);
  return `${Number((seconds * factor).toPrecision(6))}${NARROW}${unit}`;
}

/** A share of calls, as per cent. */
export function ratio(value) {
  if (value === null) return UNKNOWN;
  if (value === 0) return "0";
  const percent = value * 100;
  if (percent < 0.01) return "<0.01 %".replace(" ", NARROW);
  return `${DIGITS[percent >= 9.995 ? 1 : 2].format(percent)}${NARROW}%`;
}

/** A share where a tenth of a per cent is enough. */
export function share(value) {
  return value === null ? UNKNOWN : `${DIGITS[1].format(value * 100)}${NARROW}%`;
}

/** A target or what was reached of it: enough digits that 99.95 % and 99.9 % differ. */
export function level(value) {
  return value === null ? UNKNOWN : `${Number((value * 100).toPrecision(6))}${NARROW}%`;
}

/** Seconds of time per second: how much of the clock goes there. */
export function load(value) {
  // Minutes per second would be a riddle; so many threads are busy with it.
  return value === null ? UNKNOWN : value === 0 ? "0" : value >= 1 ? `${three(value)}${NARROW}s/s` : `${duration(value)}/s`;
}

export function count(value) {
  return value === null ? UNKNOWN : WHOLE.format(value);
}

/** A multiple: burn rates. */
export function times(value) {
  return value === null ? UNKNOWN : `${value === 0 ? "0" : three(value)}×`;
}

/** A span as people say it: 10 s, 5 min, 6 h, 30 d. */
export function span(seconds) {
  if (seconds < 60) return `${Math.round(seconds)}${NARROW}s`;
  if (seconds < 3600) return `${trimmed(seconds / 60)}${NARROW}min`;
  if (seconds < 86400) return `${trimmed(seconds / 3600)}${NARROW}h`;
  return `${trimmed(seconds / 86400)}${NARROW}d`;
}

function trimmed(value) {
  return String(Math.round(value * 10) / 10);
}

/** The time of day, in the reader's zone. */
export function clock(unixSeconds) {
  return new Date(unixSeconds * 1000).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}
