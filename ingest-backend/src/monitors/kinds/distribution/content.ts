import type { Bins, Profile } from '../../../statistics/index.js';
import { sharesOf } from './examples.js';
import type { Referenced } from './feature.js';

const DAY_HOURS = 24;
const WEEK_HOURS = 7 * DAY_HOURS;

/** A feature's distribution as it is stored and shown: see `profileContent` of the contract. */
export function contentOf({ feature, reference }: Referenced, profile: Profile, beside: Profile): object {
  const { bins } = reference;
  const { seen, missing, mismatched } = profile.tally;
  const counts = Array.from(profile.counts);
  const besides = Array.from(beside.counts);
  return { type: feature.type, ...namesOf(bins), counts, reference: besides, missing, mismatched, total: seen };
}

function namesOf(bins: Bins): { edges: ReadonlyArray<number | null> } | { categories: readonly string[] } {
  switch (bins.kind) {
    case 'numeric':
    case 'length':
      return { edges: [null, ...bins.edges, null] };
    case 'time':
      return { edges: Array.from({ length: (bins.cycle === 'day' ? DAY_HOURS : WEEK_HOURS) + 1 }, (_, hour) => hour) };
    case 'categorical':
      return { categories: bins.categories };
    case 'boolean':
      return { categories: ['false', 'true'] };
  }
}

/** What a cell holds, for people. */
function cellName(bins: Bins, cell: number): string {
  const names = namesOf(bins);
  if ('categories' in names) {
    return names.categories[cell] ?? 'other values';
  }
  const [low, high] = [names.edges[cell] ?? null, names.edges[cell + 1] ?? null];
  if (low === null) {
    return `below ${short(high ?? 0)}`;
  }
  return high === null ? `from ${short(low)} on` : `${short(low)} to ${short(high)}`;
}

/** The cell whose share changed most, as the end of a sentence. */
export function mostMoved({ reference: { bins } }: Referenced, profile: Profile, beside: Profile): string {
  const [now, then] = [sharesOf(profile), sharesOf(beside)];
  let most = 0;
  for (let cell = 1; cell < now.length; cell++) {
    if (Math.abs(change(now, then, cell)) > Math.abs(change(now, then, most))) {
      most = cell;
    }
  }
  return `${cellName(bins, most)}: ${percent(now[most] ?? 0)}, before ${percent(then[most] ?? 0)}`;
}

function change(now: readonly number[], then: readonly number[], cell: number): number {
  return (now[cell] ?? 0) - (then[cell] ?? 0);
}

export function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

export function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
