import type { Point, Size } from './types';

export interface Packed extends Size {
  /** Top left corners, in the order of the items. */
  places: Point[];
}

/**
 * Lays items out in rows, in their order, within `frame.width` pixels. Where that becomes much taller than the frame's
 * aspect, rows get longer: what has to be zoomed or panned anyway should at least make a good overview.
 */
export function packRows(items: Size[], gap: number, frame: { width: number; aspect: number }): Packed {
  const widest = Math.max(0, ...items.map(({ width }) => width));
  const total = items.reduce((sum, { width }) => sum + width + gap, 0);
  let limit = Math.max(frame.width, widest);
  let packed = packWithin(items, gap, limit);
  while (limit < total && packed.width / packed.height < frame.aspect) {
    limit *= 1.15;
    packed = packWithin(items, gap, limit);
  }
  return packed;
}

function packWithin(items: Size[], gap: number, limit: number): Packed {
  const packed: Packed = { width: 0, height: 0, places: [] };
  let [x, y, rowHeight] = [0, 0, 0];
  for (const { width, height } of items) {
    if (x > 0 && x + width > limit) {
      [x, y, rowHeight] = [0, y + rowHeight + gap, 0];
    }
    packed.places.push({ x, y });
    packed.width = Math.max(packed.width, x + width);
    packed.height = Math.max(packed.height, y + height);
    x += width + gap;
    rowHeight = Math.max(rowHeight, height);
  }
  return packed;
}
