// Functions for building elements: those of Preact, and `html` for templates. Texts in templates become text nodes, so
// names of functions are never markup.

import { Component, Fragment, h, render } from "./vendor/preact-11.2.0/preact.js";
import htm from "./vendor/htm-3.1.1/htm.js";

export { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from "./vendor/preact-11.2.0/preact.js";
export { Component, Fragment, h, render };
export const html = htm.bind(h);
