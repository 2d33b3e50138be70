import type { ModelState } from '../../model';

const CIRCLE = 'M8 1a7 7 0 1 1 0 14a7 7 0 1 1 0-14Z';
const OCTAGON = 'M5.1 1h5.8L15 5.1v5.8L10.9 15H5.1L1 10.9V5.1Z';
const DIAMOND = 'M8 .4L15.6 8L8 15.6L.4 8Z';
const SQUARE = 'M3 1h10a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H3a2 2 0 0 1-2-2V3a2 2 0 0 1 2-2Z';
const QUESTION = 'M6.1 6.3a1.9 1.9 0 1 1 2.7 1.8c-.6.3-.8.6-.8 1.3M8 11.5v.1';

/** SVG paths in a square of 16. */
export interface Shape {
  outline: string;
  /** Filled where it ends in `Z`, else a line. */
  sign: string;
  hollow?: boolean;
  dashed?: boolean;
}

/** Outline and sign of each state: no two share both, so that states differ without colour too. */
export const SHAPES: Record<ModelState, Shape> = {
  running: { outline: CIRCLE, sign: 'M6.3 5L11.3 8L6.3 11Z' },
  error: { outline: OCTAGON, sign: 'M5.4 5.4L10.6 10.6M10.6 5.4L5.4 10.6' },
  unknown: { outline: DIAMOND, sign: QUESTION },
  other: { outline: DIAMOND, sign: 'M8 4.6v4.2M8 11.3v.1' },
  paused: { outline: SQUARE, sign: 'M6 5v6M10 5v6' },
  init: { outline: CIRCLE, sign: 'M8 4.5V8L10.4 9.6', hollow: true },
  finishing: { outline: CIRCLE, sign: 'M5 8.2L7.2 10.4L11.2 5.8', hollow: true },
  finished: { outline: SQUARE, sign: 'M5 8.2L7.2 10.4L11.2 5.8' },
  pigging: { outline: CIRCLE, sign: 'M4.8 5.2L7.4 8L4.8 10.8M8.6 5.2L11.2 8L8.6 10.8' },
  none: { outline: CIRCLE, sign: 'M5.2 8h5.6', hollow: true, dashed: true },
  unlisted: { outline: SQUARE, sign: QUESTION, hollow: true, dashed: true },
};
