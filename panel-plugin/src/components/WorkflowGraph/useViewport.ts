import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { Box, Point, Size } from '../../layout';
import { kept, panned, revealed, viewAll, viewReadable, zoomed, type View } from './viewport';

const ZOOM_STEP = 1.25;
const PAN_STEP = 60;
/** A press that moves less than this many pixels is a click. */
const DRAG_START = 4;

/**
 * Zoom and pan of the graph. Until the user moves it, the view follows the size of the panel and of the graph;
 * afterwards it stays where it was put.
 */
export function useViewport(content: Size, frame: Size) {
  const [chosen, setChosen] = useState<View | 'all' | undefined>(undefined);
  const [dragging, setDragging] = useState(false);
  const [surface, setSurface] = useState<SVGSVGElement | null>(null);
  const press = useRef<{ at: Point; moved: boolean } | undefined>(undefined);

  const view =
    chosen === undefined
      ? viewReadable(content, frame)
      : chosen === 'all'
        ? viewAll(content, frame)
        : kept(chosen, content, frame);

  const { width, height } = content;
  const { width: frameWidth, height: frameHeight } = frame;
  const move = useCallback(
    (change: (view: View, content: Size, frame: Size) => View) =>
      setChosen((before) => {
        const [content, frame] = [
          { width, height },
          { width: frameWidth, height: frameHeight },
        ];
        const current =
          before === undefined
            ? viewReadable(content, frame)
            : before === 'all'
              ? viewAll(content, frame)
              : kept(before, content, frame);
        const next = change(current, content, frame);
        return next === current ? before : next;
      }),
    [width, height, frameWidth, frameHeight]
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
      move((view, content, frame) => zoomed(view, factor, at, content, frame));
    };
    surface?.addEventListener('wheel', onWheel, { passive: false });
    return () => surface?.removeEventListener('wheel', onWheel);
  }, [surface, move]);

  const zoomBy = useCallback(
    (factor: number) =>
      move((view, content, frame) => zoomed(view, factor, { x: frame.width / 2, y: frame.height / 2 }, content, frame)),
    [move]
  );
  const panBy = useCallback((by: Point) => move((view, content, frame) => panned(view, by, content, frame)), [move]);

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
      setChosen(action.show === 'all' ? 'all' : undefined);
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
    zoomIn: () => zoomBy(ZOOM_STEP),
    zoomOut: () => zoomBy(1 / ZOOM_STEP),
    showAll: () => setChosen('all'),
    showReadable: () => setChosen(undefined),
    reveal: useCallback((box: Box) => move((view, _, frame) => revealed(view, box, frame)), [move]),
    surface: { ref: setSurface, onKeyDown, onPointerDown, onPointerMove, onPointerUp, onPointerCancel: onPointerUp },
  };
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
