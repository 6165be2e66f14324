// Polling for current numbers. It rests while the tab is hidden or paused, and backs off when there is no answer.

import { useEffect, useState } from "./elements.js";

const EVERY = 2000;
const LONGEST = 30_000;

/**
 * `paused` is true if the user paused polling. `lostSince` is the Unix time in ms since which the program has not
 * answered.
 */
export const connection = { paused: false, lostSince: null };
const listeners = new Set();
const waiting = new Set();

export function setPaused(paused) {
  connection.paused = paused;
  tell();
  if (!paused) retry();
}

/** Polls at once. */
export function retry() {
  for (const wake of [...waiting]) wake();
}

export function useConnection() {
  const [, refresh] = useState(0);
  useEffect(() => {
    const listener = () => refresh((n) => n + 1);
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, []);
  return connection;
}

/** Returns the current answer of `api/v1/<path>`. `error` is the message of a refusal. */
export function useLive(path, every = EVERY) {
  const [state, setState] = useState({ path: null, data: null, error: null });
  useEffect(() => {
    if (path === null) return undefined;
    const stop = new AbortController();
    poll(path, every, stop.signal, (answer) => {
      setState({ path, data: answer.data ?? null, error: answer.error ?? null });
    });
    return () => stop.abort();
  }, [path, every]);
  // While only the window or a condition changes, the previous answer stays: old numbers are better than a flash of nothing.
  return sameThing(state.path, path) ? state : { path, data: null, error: null };
}

function sameThing(a, b) {
  const subject = (path) => path?.replace(/[?&](window|range|flow|outcome|kind|field|value|trace)=[^&]*/g, "");
  return subject(a) === subject(b);
}

async function poll(path, every, signal, give) {
  let failures = 0;
  for (let first = true; !signal.aborted; first = false) {
    if (first || (!connection.paused && !document.hidden)) {
      const heard = await ask(path, signal, give);
      failures = heard ? 0 : failures + 1;
    }
    await pause(failures ? Math.min(LONGEST, 1000 * 2 ** (failures - 1)) : every, signal);
  }
}

/** Sends one request. Returns true if the program answered, even with a refusal. */
async function ask(path, signal, give) {
  try {
    const response = await fetch(`api/v1/${path}`, { signal, headers: { accept: "application/json" }, cache: "no-store" });
    const body = await response.json().catch(() => ({ error: `the answer with status ${response.status} is not JSON` }));
    if (signal.aborted) return true;
    hear();
    give(response.ok && !body.error ? { data: body } : { error: body.error ?? `status ${response.status}` });
    return true;
  } catch {
    if (signal.aborted) return true;
    connection.lostSince ??= Date.now();
    tell();
    return false;
  }
}

function hear() {
  if (connection.lostSince === null) return;
  connection.lostSince = null;
  tell();
}

function pause(ms, signal) {
  return new Promise((resolve) => {
    const wake = () => {
      clearTimeout(timer);
      waiting.delete(wake);
      signal.removeEventListener("abort", wake);
      resolve();
    };
    const timer = setTimeout(wake, ms);
    waiting.add(wake);
    signal.addEventListener("abort", wake);
  });
}

function tell() {
  for (const listener of listeners) listener();
}

document.addEventListener("visibilitychange", () => {
  if (!document.hidden) retry();
});
