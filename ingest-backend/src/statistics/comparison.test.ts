import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { golden } from './golden/golden.js';
import { bell } from './golden/streams.js';
import {
  Adwin,
  adwinForBudget,
  chooseTest,
  compareProfiles,
  Ddm,
  ddmForBudget,
  Eddm,
  emptyProfile,
  isDrift,
  Kswin,
  kswinForBudget,
  type NumericProfile,
  PageHinkley,
  pageHinkleyForBudget,
  profileFrom,
  referenceOf,
  seededRandom,
  type DriftDetector,
} from './index.js';

interface OfDetector {
  readonly falseAlarms: number;
  readonly changes: Readonly<Record<string, { readonly found: number; readonly delay: number | null }>>;
}
interface OfWindows {
  readonly reference: number;
  readonly size: number;
  readonly count: number;
  readonly test: string;
  readonly alarmed: Readonly<Record<string, number>>;
}
const GOLDEN = golden<{
  detectors: (OfDetector & { detector: string; options: 'default' | 'budget'; errors: boolean })[];
  windows: OfWindows[];
}>('comparison');
const DOCS = readFileSync(new URL('../../../docs/statistics.md', import.meta.url), 'utf8');

type Source = (random: () => number) => number;
const errors =
  (rate: number): Source =>
  (random) =>
    random() < rate ? 1 : 0;
const SOURCES: Readonly<Record<string, Source>> = {
  'mean +0.1σ': (random) => bell(random) + 0.1,
  'mean +0.25σ': (random) => bell(random) + 0.25,
  'mean +0.5σ': (random) => bell(random) + 0.5,
  'mean +1σ': (random) => bell(random) + 1,
  'spread ×1.5': (random) => bell(random) * 1.5,
  'spread ×2': (random) => bell(random) * 2,
  'errors 10 → 15 %': errors(0.15),
  'errors 10 → 20 %': errors(0.2),
  'errors 10 → 40 %': errors(0.4),
};

const [SEEDS, BEFORE, AFTER] = [10, 10_000, 3000];
const MAKERS: Readonly<Record<string, Readonly<Record<'default' | 'budget', () => DriftDetector>>>> = {
  ADWIN: { default: () => new Adwin(), budget: () => new Adwin(adwinForBudget(BEFORE)) },
  'Page–Hinkley': {
    default: () => new PageHinkley(),
    budget: () => new PageHinkley(pageHinkleyForBudget(BEFORE, { standardDeviation: 1 })),
  },
  KSWIN: { default: () => new Kswin(), budget: () => new Kswin(kswinForBudget(BEFORE)) },
  DDM: { default: () => new Ddm(), budget: () => new Ddm(ddmForBudget(BEFORE, 0.1)) },
  EDDM: { default: () => new Eddm(), budget: () => new Eddm() },
};

function alarms(detector: DriftDetector, source: Source, seed: number, n: number): number[] {
  const random = seededRandom(seed);
  const found: number[] = [];
  for (let i = 1; i <= n; i++) {
    detector.update(source(random));
    if (detector.drift) {
      found.push(i);
    }
  }
  return found;
}

function ofDetector(make: () => DriftDetector, isErrors: boolean, changes: readonly string[]): OfDetector {
  const stationary = isErrors ? errors(0.1) : bell;
  let falseAlarms = 0;
  const delays = new Map<string, number[]>(changes.map((change) => [change, []]));
  for (let seed = 1; seed <= SEEDS; seed++) {
    for (const [index, change] of changes.entries()) {
      const detector = make();
      const before = alarms(detector, stationary, seed, BEFORE).length;
      falseAlarms += index === 0 ? before : 0;
      const [first] = alarms(detector, SOURCES[change] as Source, 1000 + seed, AFTER);
      if (first !== undefined) {
        delays.get(change)?.push(first);
      }
    }
  }
  const told = changes.map((change) => {
    const sorted = (delays.get(change) ?? []).sort((a, b) => a - b);
    return [change, { found: sorted.length, delay: sorted[Math.ceil(sorted.length / 2) - 1] ?? null }] as const;
  });
  return { falseAlarms, changes: Object.fromEntries(told) };
}

/** A table of Markdown without its alignment, to look for in the docs. */
function expectInDocs(rows: readonly (readonly string[])[]): void {
  const plain = (text: string): string => text.replace(/[ -]+\|/g, ' |').replace(/\| +/g, '| ');
  const table = rows.map((row) => `| ${row.join(' | ')} |`);
  for (const line of table) {
    expect(plain(DOCS), table.join('\n')).toContain(plain(line));
  }
}

describe('the tables of docs/statistics.md', () => {
  it('are what the detectors do, which is what those of river do', () => {
    const rows = GOLDEN.detectors.map(({ detector, options, errors: isErrors, ...theirs }) => {
      const make = (MAKERS[detector] as Record<'default' | 'budget', () => DriftDetector>)[options];
      const ours = ofDetector(make, isErrors, Object.keys(theirs.changes));
      expect(ours, `${detector}, ${options}`).toEqual(theirs);
      const cells = Object.values(ours.changes).map(({ found, delay }) =>
        delay === null ? 'none' : `${delay}${found < SEEDS ? ` (${found} of ${SEEDS})` : ''}`
      );
      return [
        `${detector}${isErrors && detector === 'ADWIN' ? ' on errors' : ''}`,
        options,
        `${ours.falseAlarms}`,
        ...cells,
      ];
    });
    expectInDocs(rows);
  }, 60_000);

  it('are what the comparison of windows does, beside that of evidently', () => {
    const rows = GOLDEN.windows.flatMap(({ reference: referenceSize, size, count, test, alarmed }) => {
      const random = seededRandom(5000);
      const { bins, profile } = referenceOf(
        'numeric',
        Array.from({ length: referenceSize }, () => bell(random))
      );
      const reference = profileFrom(bins, profile);
      const choice = chooseTest({ kind: 'numeric', reference: referenceSize, current: size });
      const ours = Object.keys(alarmed).map((kind) => {
        let drifted = 0;
        for (let seed = 1; seed <= count; seed++) {
          const source = SOURCES[kind] ?? bell;
          const values = seededRandom(seed);
          const window = emptyProfile(bins) as NumericProfile;
          for (let i = 0; i < size; i++) {
            window.add(source(values));
          }
          drifted += isDrift(choice, compareProfiles(reference, window, choice.measure)) ? 1 : 0;
        }
        return drifted;
      });
      const share = (drifted: number): string => `${((100 * drifted) / count).toFixed(1)} %`;
      // Sketches cost next to nothing: the same within a hundredth.
      Object.values(alarmed).forEach((theirs, index) =>
        expect(Math.abs((ours[index] as number) - theirs)).toBeLessThanOrEqual(Math.max(1, count / 50))
      );
      const what = `${size} against ${referenceSize}`;
      return [
        [what, `ours, ${choice.measure}`, ...ours.map(share)],
        [what, `evidently, ${test}`, ...Object.values(alarmed).map(share)],
      ];
    });
    expectInDocs(rows);
  });
});
