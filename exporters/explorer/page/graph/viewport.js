// Visible section of the picture, moved and scaled with mouse, touch and keys.

import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "../elements.js";

const NEAREST = 2.5;
const MARGIN = 12;
const DRAG = 4;

/** Smallest scale at first sight, and smallest scale for showing the whole picture. */
const FIRST = 0.8;
const LEAST = 0.62;

/**
 * Returns `{x, y, scale}` of the picture in its frame, functions to change it, and handlers for the frame. `key`
 * identifies the picture, and `center` is the point that matters most in it.
 */
export function useViewport(frame, size, key, center) {
  const [view, setView] = useState({ x: 0, y: 0, scale: 1 });
  const touched = useRef(false);
  const fit = useCallback((floor = 0) => {
    const { clientWidth, clientHeight } = frame.current;
    const whole = Math.min(clientWidth / (size.width + MARGIN), clientHeight / (size.height + MARGIN));
    const scale = Math.min(1.15, whole >= LEAST ? whole : Math.max(whole, floor));
    // Centred if there is room, else around the point that matters most, as far as the picture reaches.
    const place = (room, length, at) => {
      const free = room - length * scale;
      return free >= 0 ? free / 2 : at === undefined ? 0 : Math.max(free, Math.min(0, room / 2 - at * scale));
    };
    setView({ scale, x: place(clientWidth, size.width, center?.x), y: place(clientHeight, size.height, center?.y) });
  }, [size.width, size.height, center?.x, center?.y]);
  const zoom = useCallback((factor, at) => {
    touched.current = true;
    setView((v) => {
      const { clientWidth, clientHeight } = frame.current;
      const least = Math.min(0.4, clientWidth / (size.width + MARGIN), clientHeight / (size.height + MARGIN));
      const scale = Math.min(NEAREST, Math.max(least, v.scale * factor));
      const { x, y } = at ?? { x: clientWidth / 2, y: clientHeight / 2 };
      return { scale, x: x - ((x - v.x) * scale) / v.scale, y: y - ((y - v.y) * scale) / v.scale };
    });
  }, [size.width, size.height]);
  const pan = useCallback((dx, dy) => {
    touched.current = true;
    setView((v) => ({ ...v, x: v.x + dx, y: v.y + dy }));
  }, []);
  /** Moves the picture as little as necessary to make a rectangle visible. */
  const reveal = useCallback((x, y, width, height) => setView((v) => {
    const shift = (start, length, room) => (start < MARGIN ? MARGIN - start : start + length > room - MARGIN ? room - MARGIN - start - length : 0);
    const { clientWidth, clientHeight } = frame.current;
    const dx = shift(v.x + x * v.scale, width * v.scale, clientWidth);
    const dy = shift(v.y + y * v.scale, height * v.scale, clientHeight);
    return dx || dy ? { ...v, x: v.x + dx, y: v.y + dy } : v;
  }), []);

  // A new picture is shown as a whole, or from its beginning if that would be unreadable.
  useLayoutEffect(() => {
    if (!frame.current) return;
    touched.current = false;
    fit(FIRST);
  }, [key, center?.x, center?.y]);
  useEffect(() => {
    // The last call may come after the frame was removed.
    const observer = new ResizeObserver(() => touched.current || !frame.current || fit(FIRST));
    observer.observe(frame.current);
    return () => observer.disconnect();
  }, [fit]);
  useWheel(frame, zoom, pan);
  return { view, zoom, pan, fit, reveal, ...usePointers(frame, zoom, pan) };
}

/**
 * The wheel zooms with the Ctrl key, which browsers also report for a pinch. Without it, the wheel moves the picture.
 */
function useWheel(frame, zoom, pan) {
  useEffect(() => {
    const listener = (event) => {
      event.preventDefault();
      const box = frame.current.getBoundingClientRect();
      // Steps of a mouse wheel are large integers. Touch pads scroll in both directions by small steps.
      const notch = event.deltaX === 0 && Math.abs(event.deltaY) >= 50;
      if (event.ctrlKey || notch) zoom(Math.exp(-Math.max(-120, Math.min(120, event.deltaY)) / (event.ctrlKey ? 120 : 500)), { x: event.clientX - box.left, y: event.clientY - box.top });
      else pan(-event.deltaX, -event.deltaY);
    };
    const element = frame.current;
    element.addEventListener("wheel", listener, { passive: false });
    return () => element.removeEventListener("wheel", listener);
  }, [zoom, pan]);
}

/** One pointer drags, and two pointers pinch. A drag that ends on a node is not a click on it. */
function usePointers(frame, zoom, pan) {
  const pointers = useRef(new Map());
  const moved = useRef(0);
  const place = (event) => {
    const box = frame.current.getBoundingClientRect();
    return { x: event.clientX - box.left, y: event.clientY - box.top };
  };
  const onPointerDown = (event) => {
    if (event.button !== 0) return;
    if (pointers.current.size === 0) moved.current = 0;
    pointers.current.set(event.pointerId, place(event));
  };
  const onPointerMove = (event) => {
    const before = pointers.current.get(event.pointerId);
    if (!before) return;
    const now = place(event);
    const other = [...pointers.current].find(([id]) => id !== event.pointerId)?.[1];
    if (other) {
      const gap = (a) => Math.hypot(a.x - other.x, a.y - other.y) || 1;
      zoom(gap(now) / gap(before), { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 });
    } else {
      pan(now.x - before.x, now.y - before.y);
    }
    moved.current += Math.hypot(now.x - before.x, now.y - before.y);
    // The pointer is captured only for a real drag: with a captured pointer, a click would hit the frame instead of the
    // node.
    if (moved.current > DRAG && !frame.current.hasPointerCapture(event.pointerId)) frame.current.setPointerCapture(event.pointerId);
    pointers.current.set(event.pointerId, now);
  };
  const release = (event) => pointers.current.delete(event.pointerId);
  const onClickCapture = (event) => {
    if (moved.current <= DRAG) return;
    event.preventDefault();
    event.stopPropagation();
    moved.current = 0;
  };
  return { handlers: { onPointerDown, onPointerMove, onPointerUp: release, onPointerCancel: release, onPointerLeave: release, onClickCapture, onDragStart: (event) => event.preventDefault() } };
}
