import type { Micros } from '@pneumograph/contract';
import type { Point } from '../archive/index.js';
import type { PointsQuestion, Store } from '../store/index.js';

/** Points of one page, unless more than that have one time. */
const PAGE = 20_000;
const FIRST_WIDTH: Micros = 3600e6;

/**
 * Points of any number, page by page in the order of time: what is in memory does not grow with the answer. A page is
 * asked for when the one before was taken, so that whoever reads slowly holds up nobody, and sees what came meanwhile.
 */
export async function* pages(
  store: Pick<Store, 'points'>,
  question: Omit<PointsQuestion, 'limit'>,
  size = PAGE
): AsyncGenerator<readonly Point[]> {
  let { from } = question;
  let width = FIRST_WIDTH;
  let limit = size;
  while (from < question.to) {
    const to = Math.min(question.to, from + width);
    const points = await store.points({ ...question, from, to, limit });
    const last = points.at(-1)?.time;
    if (points.length < limit || last === undefined) {
      // The narrower the answer, the wider the next range: a range that is wide where much is makes a store sort it all.
      width *= points.length * 4 < size ? 4 : 1;
      from = to;
      limit = size;
      yield points;
      continue;
    }
    // There is more from the last time on, which is told again: what came before is whole.
    const whole = points.slice(0, points.findIndex(({ time }) => time === last));
    if (whole.length === 0) {
      limit *= 2;
      continue;
    }
    width = Math.max(1, last - from);
    from = last;
    limit = size;
    yield whole;
  }
}
