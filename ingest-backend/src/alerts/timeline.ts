import { step, UNWATCHED, type Happening, type Rules, type Step, type Watched } from './machine.js';

/** For tests: happenings as lines, `12 true`, and the steps of an alert as lines, `15 pending → firing`. */

export const SECOND = 1e6;

/** A line such as `3 true`, `4 false`, `5 event`, `6 fails`, `7 ends`, `8 restart`, or a bare moment that time comes to. */
export type Line = string;

export function rules(words: string): Rules {
  const of = (name: string): number | undefined => {
    const found = new RegExp(`\\b${name}=(\\d+)`).exec(words)?.[1];
    return found === undefined ? undefined : Number(found) * SECOND;
  };
  return {
    holdFor: of('for') ?? 0,
    keepFiringFor: of('keep') ?? 0,
    noDataAfter: of('nodata'),
    resolveAfter: of('resolve') ?? 300 * SECOND,
  };
}

export function happening(line: Line): Happening<string> {
  const [at = '', what] = line.split(' ');
  const time = Number(at) * SECOND;
  switch (what) {
    case 'true':
    case 'false':
      return { kind: 'said', time, holds: what === 'true', finding: line };
    case 'event':
      return { kind: 'happened', time, finding: line };
    case 'fails':
      return { kind: 'failed', time, reason: 'fails' };
    case 'ends':
      return { kind: 'ended', time, reason: 'ends' };
    default:
      return { kind: 'reached', time };
  }
}

/** What comes of happenings, those of a restart that goes on from what was noted among them. */
export function play(words: string, lines: readonly Line[]): Step<string>[] {
  let watched: Watched<string> = UNWATCHED;
  const steps: Step<string>[] = [];
  for (const line of lines) {
    if (line.endsWith('restart')) {
      watched = JSON.parse(JSON.stringify(watched)) as Watched<string>;
    } else {
      const done = step(watched, happening(line), rules(words));
      watched = done.watched;
      steps.push(...done.steps);
    }
  }
  return steps;
}

export function shown(steps: readonly Step<unknown>[]): string[] {
  return steps.map(({ time, from, to }) => `${time / SECOND} ${from} → ${to}`);
}
