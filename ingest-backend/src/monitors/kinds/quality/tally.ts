import type { StreamRecord } from '../../../streams/index.js';
import type { Offence } from '../../monitor.js';
import { MOST_OFFENCES } from '../../offences.js';
import { shown } from '../features.js';
import { CHECKS, type Check } from './checks.js';
import { hashOf } from './remembered.js';

const LONGEST_KEPT = 100;
const MISSING = CHECKS.indexOf('missing');
const NAN = CHECKS.indexOf('nan');

export interface FeatureTallyJson {
  readonly seen: number;
  readonly counts: readonly number[];
  readonly samples: ReadonlyArray<readonly Offence[]>;
  readonly first: unknown;
  readonly varies: boolean;
}

/** What a window has of one field. */
export class FeatureTally {
  seen = 0;
  readonly counts: number[] = CHECKS.map(() => 0);
  readonly samples: Offence[][] = CHECKS.map(() => []);
  /** The first value that was one, and whether another one came; a long text by its beginning and hash. */
  #first: unknown;
  #varies = false;

  add(record: StreamRecord, value: unknown, wrong: Check | undefined): void {
    this.seen++;
    if (wrong !== undefined) {
      const index = CHECKS.indexOf(wrong);
      (this.counts[index] as number)++;
      const samples = this.samples[index] as Offence[];
      if (samples.length < MOST_OFFENCES) {
        samples.push(sampleOf(record, value));
      }
    }
    if (!this.#varies && wrong !== 'missing' && wrong !== 'nan') {
      const kept = scalarOf(value);
      this.#first ??= kept;
      // Objects compare by identity: they vary, whatever they hold.
      this.#varies = kept === undefined || kept !== this.#first;
    }
  }

  /** The one value that all had; undefined where they differ, or there were fewer than two. */
  get constant(): unknown {
    const values = this.seen - (this.counts[MISSING] as number) - (this.counts[NAN] as number);
    return this.#varies || values < 2 ? undefined : this.#first;
  }

  toJSON(): FeatureTallyJson {
    const { seen, counts, samples } = this;
    return { seen, counts, samples, first: this.#first ?? null, varies: this.#varies };
  }

  static from({ seen, counts, samples, first, varies }: FeatureTallyJson): FeatureTally {
    const tally = new FeatureTally();
    tally.seen = seen;
    counts.forEach((count, index) => (tally.counts[index] = count));
    samples.forEach((found, index) => (tally.samples[index] = [...found]));
    tally.#first = first ?? undefined;
    tally.#varies = varies;
    return tally;
  }
}

/** What is kept of a value to tell others from it, of a bounded size; undefined for objects and lists. */
function scalarOf(value: unknown): unknown {
  if (typeof value === 'string' && value.length > LONGEST_KEPT) {
    return `${value.slice(0, LONGEST_KEPT)}… (${value.length} characters, hash ${hashOf(value).toString(36)})`;
  }
  return typeof value === 'object' ? undefined : value;
}

type Place = Pick<StreamRecord, 'time' | 'partition' | 'offset'>;

export function sampleOf({ time, partition, offset }: Place, value: unknown): Offence {
  return { time, partition: partition.key, offset, value: shown(value) };
}

/** Keeps the first few. */
export function keepSample(samples: Offence[], sample: () => Offence): void {
  if (samples.length < MOST_OFFENCES) {
    samples.push(sample());
  }
}
