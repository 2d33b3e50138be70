import type { CellSize, GridCell } from './cells';
import { lookOf, type Sprites } from './sprites';

/** What stands on a canvas, so that the next paint only touches what changed. */
export interface Painted {
  sprites: Sprites;
  looks: Int16Array;
  top: number;
  height: number;
  columns: number;
}

/**
 * Paints the cells in sight.
 * @param top how far the grid is scrolled, pixels
 * @param before what was painted on the canvas; undefined for a canvas that is new, or cleared by a new size
 */
export function paint(
  context: CanvasRenderingContext2D,
  cells: readonly GridCell[],
  size: CellSize,
  { top, height, density }: { top: number; height: number; density: number },
  sprites: Sprites,
  before: Painted | undefined
): Painted {
  const pitch = size.height + size.gap;
  const first = Math.max(0, Math.floor(top / pitch)) * size.columns;
  const last = Math.min(cells.length, Math.ceil((top + height) / pitch) * size.columns);
  const looks = new Int16Array(Math.max(0, last - first));
  const isSame =
    before?.sprites === sprites && before.top === top && before.height === height && before.columns === size.columns;
  const [kept, gone] = isSame ? [before.looks, before.looks.length] : [undefined, 0];
  if (!isSame) {
    context.clearRect(0, 0, context.canvas.width, context.canvas.height);
  }
  for (let index = first; index < Math.max(last, first + gone); index++) {
    const at = index - first;
    const look = index < last ? lookOf(cells[index] as GridCell) : -1;
    if (index < last) {
      looks[at] = look;
    }
    if (kept !== undefined && at < kept.length && kept[at] === look) {
      continue;
    }
    const x = Math.round((index % size.columns) * (size.width + size.gap) * density);
    const y = Math.round((Math.floor(index / size.columns) * pitch - top) * density);
    if (kept !== undefined) {
      context.clearRect(x, y, size.width * density, size.height * density);
    }
    if (index < last) {
      context.drawImage(sprites.get(look), x, y);
    }
  }
  return { sprites, looks, top, height, columns: size.columns };
}
