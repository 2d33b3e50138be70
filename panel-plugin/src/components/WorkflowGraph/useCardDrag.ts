import { useCallback, useEffect, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import type { Point } from '../../layout';
import { isArrow } from './navigation';

/** A press that moves less than this many pixels is a click. */
const DRAG_START = 4;
/** How far a key moves a card, pixels of the graph. */
const STEP = 20;

interface Dragged {
  id: string;
  /** The card's corner in the graph. */
  at: Point;
}

/**
 * Dragging of cards by the pointer, or by arrow keys with Alt.
 * @param placeOf the card's corner in the graph
 * @param onDrop keeps where a card was put
 */
export function useCardDrag(
  isEnabled: boolean,
  scale: number,
  placeOf: (id: string) => Point | undefined,
  onDrop: (id: string, at: Point) => void
) {
  const [dragged, setDragged] = useState<Dragged | undefined>(undefined);
  const [press, setPress] = useState<{ id: string; pointer: Point; place: Point } | undefined>(undefined);
  const moved = useRef(false);

  useEffect(() => {
    if (press === undefined) {
      return undefined;
    }
    const at = (event: globalThis.PointerEvent) => ({
      x: Math.round(press.place.x + (event.clientX - press.pointer.x) / scale),
      y: Math.round(press.place.y + (event.clientY - press.pointer.y) / scale),
    });
    const onMove = (event: globalThis.PointerEvent) => {
      const far = Math.hypot(event.clientX - press.pointer.x, event.clientY - press.pointer.y);
      if (moved.current || far >= DRAG_START) {
        moved.current = true;
        setDragged({ id: press.id, at: at(event) });
      }
    };
    const onUp = (event: globalThis.PointerEvent) => {
      if (moved.current && event.type === 'pointerup') {
        onDrop(press.id, at(event));
      }
      setPress(undefined);
      setDragged(undefined);
    };
    window.addEventListener('pointermove', onMove);
    window.addEventListener('pointerup', onUp);
    window.addEventListener('pointercancel', onUp);
    return () => {
      window.removeEventListener('pointermove', onMove);
      window.removeEventListener('pointerup', onUp);
      window.removeEventListener('pointercancel', onUp);
    };
  }, [press, scale, onDrop]);

  const idOf = (target: EventTarget) => (target as Element).closest?.('[data-card]')?.getAttribute('data-card');
  return {
    dragged,
    /** Whether the press that just ended was a drag, whose click means nothing. */
    wasDrag: useCallback(() => moved.current, []),
    /** @returns whether the press is of a card that is dragged from here on */
    onPointerDown: (event: PointerEvent): boolean => {
      moved.current = false;
      const id = isEnabled && event.button === 0 ? idOf(event.target) : undefined;
      const place = id ? placeOf(id) : undefined;
      if (!id || place === undefined) {
        return false;
      }
      setPress({ id, place, pointer: { x: event.clientX, y: event.clientY } });
      return true;
    },
    /** @returns whether the key moved a card */
    onKeyDown: (event: KeyboardEvent): boolean => {
      const id = isEnabled && event.altKey && isArrow(event.key) ? idOf(event.target) : undefined;
      const place = id ? placeOf(id) : undefined;
      if (!id || place === undefined) {
        return false;
      }
      const by = { ArrowLeft: [-STEP, 0], ArrowRight: [STEP, 0], ArrowUp: [0, -STEP], ArrowDown: [0, STEP] }[event.key];
      event.preventDefault();
      onDrop(id, { x: place.x + (by?.[0] ?? 0), y: place.y + (by?.[1] ?? 0) });
      return true;
    },
  };
}
