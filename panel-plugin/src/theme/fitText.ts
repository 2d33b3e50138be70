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

/** A measure for a font. */
export function measureIn(fontFamily: string): Measure {
  const context = document.createElement('canvas').getContext('2d');
  return (text, size, weight) => {
    if (!context) {
      return text.length * size * AVERAGE_WIDTH;
    }
    context.font = `${weight} ${size}px ${fontFamily}`;
    return context.measureText(text).width;
  };
}
