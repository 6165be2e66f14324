// Addresses within the page, all after the `#`: parsing, formatting and navigation.

import { useEffect, useState } from "./elements.js";

/** Parses `#/function/a%3A%3Ab?range=300` to `{ view: "function", id: "a::b", query: { range: "300" } }`. */
export function parse(hash) {
  const [path, search = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [view, ...rest] = path.split("/");
  return { view: view || "functions", id: rest.length ? decoded(rest.join("/")) : null, query: Object.fromEntries(new URLSearchParams(search)) };
}

/** Returns the address of a view. Query parameters that are empty, null or false are left out. */
export function address(view, query = {}, id = null) {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== null && value !== "" && value !== false));
  const path = id === null ? view : `${view}/${encodeURIComponent(id)}`;
  return `#/${path}${search.size ? `?${search}` : ""}`;
}

export const functionAddress = (id) => address("function", {}, id);

/** Navigates to an address. With `replace`, for example for a filter, the history gets no new entry. */
export function go(to, { replace = false } = {}) {
  if (replace) {
    history.replaceState(null, "", to);
    dispatchEvent(new HashChangeEvent("hashchange"));
  } else {
    location.hash = to;
  }
}

export function useRoute() {
  const [route, setRoute] = useState(() => parse(location.hash));
  useEffect(() => {
    const follow = () => setRoute(parse(location.hash));
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return route;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
