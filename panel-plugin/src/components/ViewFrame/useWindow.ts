import { useCallback, useState, type UIEvent } from 'react';

/** Room for a scroll bar, pixels. */
export const SCROLL_BAR = 14;

/** Rows beyond the edges that are drawn as well, so that a fast scroll shows no gaps. */
const MARGIN = 6;

/**
 * Which of many rows of one height are in sight: only these are drawn, whatever there are of them.
 * @param rows how many there are
 * @param rowHeight pixels
 * @param height of what scrolls, in pixels
 */
export function useWindow(rows: number, rowHeight: number, height: number) {
  const [top, setTop] = useState(0);
  const onScroll = useCallback((event: UIEvent<HTMLElement>) => setTop(event.currentTarget.scrollTop), []);
  const first = Math.max(0, Math.min(rows, Math.floor(top / rowHeight) - MARGIN));
  const last = Math.min(rows, Math.ceil((top + height) / rowHeight) + MARGIN);
  return { first, last, before: first * rowHeight, after: Math.max(0, (rows - last) * rowHeight), onScroll };
}
