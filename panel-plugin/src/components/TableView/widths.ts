import type { ModelView } from '../../model';
import type { Measure } from '../../theme/fitText';
import type { Column } from './columns';

export const FONT = 12;
/** The symbol of a state, with the gap to its words. */
export const SYMBOL = 22;
/** An alert's sign, its count and its age. */
const BADGE = 90;
/** Of the texts of a column that many are measured, among the longest. */
const MEASURED = 8;

/** Pixels that the title and the texts of a column take, those of rows out of sight too. */
export function widthOf({ key, title, text }: Column, models: readonly ModelView[], measure: Measure): number {
  if (key === 'alerts') {
    return Math.max(measure(title, FONT, 500), models.some(({ alerts }) => alerts.count > 0) ? BADGE : 0);
  }
  const texts = models.map(text);
  const most = texts.reduce((longest, { length }) => Math.max(longest, length), 0);
  const widest = texts.filter(({ length }) => length >= most - 1).slice(0, MEASURED);
  const own = key === 'state' ? SYMBOL : 0;
  return Math.max(measure(title, FONT, 500), ...widest.map((one) => measure(one, FONT, 400) + own));
}
