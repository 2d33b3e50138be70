import type { Box, Point, Size } from './types';

export interface Packed extends Size {
  /** Top left corners, in the order of the items. */
  places: Point[];
}

type Frame = { width: number; aspect: number };

/**
 * Lays items out in rows, in their order, within `frame.width` pixels. Where that becomes much taller than the frame's
 * aspect, rows get longer: what has to be zoomed or panned anyway should at least make a good overview.
 */
export function packRows(items: Size[], gap: number, frame: Frame): Packed {
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

/** What is to be packed: a box in coordinates of its own, which may begin below 0, and where these began before. */
export interface Block {
  box: Box;
  origin: Point | undefined;
}

/**
 * Where the coordinates of each block begin. Blocks that were there stay; one that would overlap another by now gives
 * way, and new ones go where there is room. Where none was there before, they stand in rows.
 */
export function packBlocks(blocks: Block[], gap: number, frame: Frame): Point[] {
  if (blocks.every(({ origin }) => origin === undefined)) {
    const { places } = packRows(
      blocks.map(({ box }) => box),
      gap,
      frame
    );
    return blocks.map(({ box }, index) => minus(places[index] ?? { x: 0, y: 0 }, box));
  }
  const placed: Box[] = [];
  const origins = new Array<Point>(blocks.length);
  const put = (index: number, at: Point, box: Box) => {
    placed.push({ ...box, ...at });
    origins[index] = minus(at, box);
  };
  const place = ({ box, origin }: Block) => ({ x: box.x + (origin?.x ?? 0), y: box.y + (origin?.y ?? 0) });
  const kept = blocks.flatMap((block, index) => (block.origin === undefined ? [] : [{ ...block, index }]));
  // The largest stay: of two that came to overlap the smaller gives way.
  kept.sort((a, b) => b.box.width * b.box.height - a.box.width * a.box.height || a.index - b.index);
  for (const block of kept) {
    put(block.index, clear(place(block), block.box, placed, gap), block.box);
  }
  blocks.forEach(({ box, origin }, index) => {
    if (origin === undefined) {
      put(index, room(box, placed, gap, frame), box);
    }
  });
  return origins;
}

/** The nearest place down from a point where a size overlaps nothing. */
function clear(at: Point, size: Size, placed: Box[], gap: number): Point {
  let y = at.y;
  for (
    let hit = hitBy({ ...at, y }, size, placed, gap);
    hit !== undefined;
    hit = hitBy({ ...at, y }, size, placed, gap)
  ) {
    y = hit.y + hit.height + gap;
  }
  return { x: at.x, y };
}

/** The first place, row by row, beside or below what is there already. */
function room(size: Size, placed: Box[], gap: number, frame: Frame): Point {
  const left = Math.min(...placed.map(({ x }) => x));
  const right = Math.max(left + frame.width, ...placed.map(({ x, width }) => x + width));
  const spots = placed.flatMap(({ x, y, width, height }) => [
    { x: x + width + gap, y },
    { x: left, y: y + height + gap },
  ]);
  const free = spots
    .filter((spot) => spot.x + size.width <= right || spot.x === left)
    .filter((spot) => hitBy(spot, size, placed, gap) === undefined)
    .sort((a, b) => a.y - b.y || a.x - b.x);
  return free[0] ?? { x: left, y: 0 };
}

function hitBy(at: Point, size: Size, placed: Box[], gap: number): Box | undefined {
  return placed.find(
    ({ x, y, width, height }) =>
      at.x < x + width + gap && x < at.x + size.width + gap && at.y < y + height + gap && y < at.y + size.height + gap
  );
}

function minus(a: Point, b: Point): Point {
  return { x: a.x - b.x, y: a.y - b.y };
}
