/** Measures a text in pixels at a font size of 1px times `size`. */
export type Measure = (text: string, size: number, weight: number) => number;

/** Without a canvas (tests, very old browsers) a character counts as this share of the font size. */
const AVERAGE_WIDTH = 0.56;

/** SVG text has no ellipsis of its own: cuts a text to what fits into `width` pixels. */
export function fitText(text: string, width: number, size: number, weight: number, measure: Measure): string {
  if (measure(text, size, weight) <= width) {
    return text;
  }
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (measure(text.slice(0, middle).trimEnd() + '…', size, weight) <= width) {
      low = middle;
    } else {
      high = middle - 1;
    }
  }
  return low === 0 ? '…' : text.slice(0, low).trimEnd() + '…';
}

/** Widths that are kept: most texts of an update are those of the one before. */
const KEPT = 5000;

/** A measure for a font. */
export function measureIn(fontFamily: string): Measure {
  const context = document.createElement('canvas').getContext('2d');
  const known = new Map<string, number>();
  return (text, size, weight) => {
    if (!context) {
      return text.length * size * AVERAGE_WIDTH;
    }
    const key = `${weight} ${size} ${text}`;
    const width = known.get(key);
    if (width !== undefined) {
      return width;
    }
    context.font = `${weight} ${size}px ${fontFamily}`;
    const measured = context.measureText(text).width;
    if (known.size >= KEPT) {
      known.clear();
    }
    known.set(key, measured);
    return measured;
  };
}
