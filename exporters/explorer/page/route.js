// Addresses within the page, all behind the `#`: reading them, writing them, following them.

import { useEffect, useState } from "./elements.js";

/** `#/function/a%3A%3Ab?range=300` as `{ view: "function", id: "a::b", query: { range: "300" } }`. */
export function parse(hash) {
  const [path, search = ""] = hash.replace(/^#\/?/, "").split("?", 2);
  const [view, ...rest] = path.split("/");
  return { view: view || "functions", id: rest.length ? decoded(rest.join("/")) : null, query: Object.fromEntries(new URLSearchParams(search)) };
}

/** The address of a view; parts of the query that are empty, null or false are left out. */
export function address(view, query = {}, id = null) {
  const search = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== null && value !== "" && value !== false));
  const path = id === null ? view : `${view}/${encodeURIComponent(id)}`;
  return `#/${path}${search.size ? `?${search}` : ""}`;
}

export const functionAddress = (id) => address("function", {}, id);

/** Goes to an address. What only refines the view (a filter, say) does not become a step back. */
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
