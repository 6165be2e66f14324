// Settings that the browser stores: colours, and the window of the numbers.

const KEY = "autometrics-explorer";
export const THEMES = ["system", "light", "dark"];
export const WINDOWS = [10, 60, 300, 1800, 21600];

const listeners = new Set();

/** Current settings. Change them with `choose`. */
export const preferences = { theme: "system", window: 60, tree: true, ...stored() };
if (!THEMES.includes(preferences.theme)) preferences.theme = "system";
if (!WINDOWS.includes(preferences.window)) preferences.window = 60;

export function choose(changes) {
  Object.assign(preferences, changes);
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences));
  } catch {
    // Storage may be forbidden or full. The setting then lasts until the page is closed.
  }
  if ("theme" in changes) applyTheme(changes.theme);
  for (const listener of listeners) listener();
}

/** Calls `listener` after each change. Returns a function that stops this. */
export function onChoice(listener) {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function applyTheme(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
}

function stored() {
  try {
    const value = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return value && typeof value === "object" ? value : {};
  } catch {
    return {};
  }
}
