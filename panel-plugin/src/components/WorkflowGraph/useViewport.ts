import { useCallback, useEffect, useMemo, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { Box, Point, Size } from '../../layout';
import {
  centredAt,
  followed,
  kept,
  panned,
  revealed,
  viewAll,
  viewReadable,
  viewStart,
  zoomed,
  type Graph,
  type View,
} from './viewport';

const ZOOM_STEP = 1.25;
const PAN_STEP = 60;
/** A press that moves less than this many pixels is a click. */
const DRAG_START = 4;

/**
 * Zoom and pan of the graph. Until the user moves it, the view follows the size of the panel and of the graph;
 * afterwards it stays where it was put.
 */
export function useViewport(graph: Graph, frame: Size) {
  const [chosen, setChosen] = useState<Chosen>(undefined);
  const [dragging, setDragging] = useState(false);
  const [surface, setSurface] = useState<SVGSVGElement | null>(null);
  const press = useRef<{ at: Point; moved: boolean } | undefined>(undefined);

  const view = viewOf(chosen, graph, frame);
  const { width, height } = frame;
  const move = useCallback(
    (change: (view: View, graph: Graph, frame: Size) => View) =>
      setChosen((before) => {
        const current = viewOf(before, graph, { width, height });
        const next = change(current, graph, { width, height });
        return next === current ? before : { view: next, shift: graph.shift };
      }),
    [graph, width, height]
  );

  // React listens to wheel events passively, which cannot keep the browser from zooming the page.
  useEffect(() => {
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey && !event.metaKey) {
        return;
      }
      event.preventDefault();
      const box = surface?.getBoundingClientRect();
      const at = { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) };
      const factor = Math.exp(-Math.max(-60, Math.min(60, event.deltaY)) / 150);
      move((view, graph, frame) => zoomed(view, factor, at, graph, frame));
    };
    surface?.addEventListener('wheel', onWheel, { passive: false });
    return () => surface?.removeEventListener('wheel', onWheel);
  }, [surface, move]);

  const zoomBy = useCallback(
    (factor: number) =>
      move((view, graph, frame) => zoomed(view, factor, { x: frame.width / 2, y: frame.height / 2 }, graph, frame)),
    [move]
  );
  const panBy = useCallback((by: Point) => move((view, graph, frame) => panned(view, by, graph, frame)), [move]);

  const onKeyDown = (event: KeyboardEvent) => {
    const action = KEYS[event.key];
    if (action === undefined || event.ctrlKey || event.metaKey || event.altKey) {
      return;
    }
    event.preventDefault();
    if ('zoom' in action) {
      zoomBy(action.zoom);
    } else if ('pan' in action) {
      panBy(action.pan);
    } else {
      setChosen(action.show);
    }
  };

  const onPointerDown = (event: PointerEvent) => {
    if (event.button === 0) {
      press.current = { at: { x: event.clientX, y: event.clientY }, moved: false };
    }
  };
  const onPointerMove = (event: PointerEvent) => {
    const pressed = press.current;
    if (pressed === undefined || event.buttons === 0) {
      return;
    }
    const by = { x: event.clientX - pressed.at.x, y: event.clientY - pressed.at.y };
    if (!pressed.moved && Math.hypot(by.x, by.y) < DRAG_START) {
      return;
    }
    if (!pressed.moved) {
      // Captured only now: a captured press would keep clicks from the cards.
      surface?.setPointerCapture?.(event.pointerId);
      setDragging(true);
    }
    press.current = { at: { x: event.clientX, y: event.clientY }, moved: true };
    panBy(by);
  };
  const onPointerUp = () => setDragging(false);
  /** Whether the press that just ended was a drag, whose click means nothing. */
  const wasDrag = useCallback(() => press.current?.moved === true, []);

  return {
    view,
    dragging,
    wasDrag,
    buttons: useMemo(
      () => ({
        zoomIn: () => zoomBy(ZOOM_STEP),
        zoomOut: () => zoomBy(1 / ZOOM_STEP),
        showAll: () => setChosen('all'),
        showReadable: () => setChosen('readable'),
      }),
      [zoomBy]
    ),
    /** The point of the browser window where a point of the graph stands. */
    inWindow: ({ x, y }: Point): Point => {
      const box = surface?.getBoundingClientRect();
      return { x: (box?.left ?? 0) + view.x + x * view.scale, y: (box?.top ?? 0) + view.y + y * view.scale };
    },
    centre: useCallback((point: Point) => move((view, graph, frame) => centredAt(view, point, graph, frame)), [move]),
    reveal: useCallback((box: Box) => move((view, _, frame) => revealed(view, box, frame)), [move]),
    surface: { ref: setSurface, onKeyDown, onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp },
  };
}

/** Undefined until the user moves the view. */
type Chosen = { view: View; shift: Point } | 'all' | 'readable' | undefined;

function viewOf(chosen: Chosen, graph: Graph, frame: Size): View {
  switch (chosen) {
    case undefined:
      return viewStart(graph, frame);
    case 'readable':
      return viewReadable(graph, frame);
    case 'all':
      return viewAll(graph, frame);
    default:
      return kept(followed(chosen.view, chosen.shift, graph.shift), graph, frame);
  }
}

type KeyAction = { zoom: number } | { pan: Point } | { show: 'all' | 'readable' };

const KEYS: Record<string, KeyAction> = {
  '+': { zoom: ZOOM_STEP },
  '=': { zoom: ZOOM_STEP },
  '-': { zoom: 1 / ZOOM_STEP },
  '0': { show: 'readable' },
  '1': { show: 'all' },
  ArrowLeft: { pan: { x: PAN_STEP, y: 0 } },
  ArrowRight: { pan: { x: -PAN_STEP, y: 0 } },
  ArrowUp: { pan: { x: 0, y: PAN_STEP } },
  ArrowDown: { pan: { x: 0, y: -PAN_STEP } },
};
