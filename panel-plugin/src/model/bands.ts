import { compareText } from './fields';
import { stateRank } from './states';
import type { EngineBand, EngineView } from './types';

function isSame(a: EngineBand, b: EngineBand): boolean {
  return a.text === b.text && a.said === b.said && a.cause === b.cause;
}

/** Bands one after another, the oldest first: where two overlap the later one counts, of two at once the worse. */
export function inOrder(told: readonly EngineBand[]): { bands: EngineBand[]; contradicts: boolean } {
  const isSorted = told.every(({ from }, index) => index === 0 || (told[index - 1]?.from ?? from) < from);
  const sorted = isSorted
    ? told
    : [...told].sort(
        (a, b) =>
          a.from - b.from ||
          stateRank(b.state) - stateRank(a.state) ||
          (a.to ?? Infinity) - (b.to ?? Infinity) ||
          compareText(JSON.stringify(a), JSON.stringify(b))
      );
  const bands: EngineBand[] = [];
  let contradicts = false;
  for (const band of sorted) {
    if (band.to !== undefined && band.to < band.from) {
      contradicts = true;
      continue;
    }
    const last = bands[bands.length - 1];
    if (last !== undefined && (last.to ?? Infinity) >= band.from && isSame(last, band)) {
      // A series repeats the state that goes on, and two queries may tell the same.
      bands[bands.length - 1] = { ...last, to: band.to };
      continue;
    }
    if (last !== undefined && (last.to ?? Infinity) > band.from) {
      // A state that goes on ends where the next begins.
      contradicts ||= last.text !== band.text && (last.to !== undefined || last.from === band.from);
      if (last.from === band.from) {
        bands.pop();
      } else {
        bands[bands.length - 1] = { ...last, to: band.from };
      }
    }
    bands.push(band);
  }
  return { bands, contradicts };
}

/** The worst of several engines' states at each moment, as one row of bands. */
export function worstBands(engines: readonly EngineView[]): EngineBand[] {
  const moments = [...new Set(engines.flatMap(({ bands }) => bands.flatMap(({ from, to }) => [from, to ?? Infinity])))];
  moments.sort((a, b) => a - b);
  const worst: EngineBand[] = [];
  // Bands of one engine do not overlap: a cursor each sees every band once.
  const cursors = engines.map(() => 0);
  for (let index = 0; index + 1 < moments.length; index++) {
    const [from, to] = [moments[index], moments[index + 1]];
    let found: EngineBand | undefined;
    engines.forEach(({ bands }, at) => {
      while (bands[cursors[at]] !== undefined && (bands[cursors[at]].to ?? Infinity) <= from) {
        cursors[at]++;
      }
      const band = bands[cursors[at]];
      if (
        band !== undefined &&
        band.from <= from &&
        (found === undefined || stateRank(band.state) < stateRank(found.state))
      ) {
        found = band;
      }
    });
    const last = worst[worst.length - 1];
    if (found === undefined) {
      continue;
    }
    if (last !== undefined && last.to === from && last.state === found.state && last.text === found.text) {
      last.to = Number.isFinite(to) ? to : undefined;
    } else {
      worst.push({ ...found, from, to: Number.isFinite(to) ? to : undefined });
    }
  }
  return worst;
}
