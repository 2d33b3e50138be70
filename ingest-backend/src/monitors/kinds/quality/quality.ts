import type { Micros } from '@pneumograph/contract';
import type { BadRecord, StreamAddress, StreamRecord } from '../../../streams/index.js';
import type { Monitor, Offence, Setting } from '../../monitor.js';
import { Windows, type Window, type WindowsState } from '../../windows.js';
import { fieldOf } from '../field.js';
import { fieldAt, FeatureFinder, type FinderState } from '../features.js';
import { CHECKS, declared, judge, learned, type Check, type Expectation } from './checks.js';
import type { Params } from './params.js';
import { Remembered } from './remembered.js';
import { FeatureTally, keepSample, sampleOf, type FeatureTallyJson } from './tally.js';

const METRICS: Readonly<Record<Check | 'duplicate' | 'bad', string>> = {
  missing: 'quality.missing',
  mismatch: 'quality.mismatch',
  nan: 'quality.nan',
  outOfRange: 'quality.out.of.range',
  unseen: 'quality.unseen',
  duplicate: 'quality.duplicate',
  bad: 'quality.bad',
};
/** What is wrong, as alerts are named, and how a sentence goes on after the share. */
const WORDS: Readonly<Record<Check | 'duplicate' | 'bad', readonly [name: string, rest: string]>> = {
  missing: ['Values missing', 'have no value of'],
  mismatch: ['Values of another type', 'have a value of another type in'],
  nan: ['Values that are no numbers', 'have NaN or an infinity in'],
  outOfRange: ['Values out of range', 'have a value out of range in'],
  unseen: ['Unseen categories', 'have a category that was not seen before in'],
  duplicate: ['Duplicate records', 'came before'],
  bad: ['Bad records', 'could not be read'],
};

interface Content {
  records: number;
  bad: number;
  duplicates: number;
  readonly badSamples: Offence[];
  readonly duplicateSamples: Offence[];
  /** As many as there are expectations. */
  tallies: FeatureTally[];
}

type ContentJson = Omit<Content, 'tallies'> & { readonly tallies: readonly FeatureTallyJson[] };

/** What of the expectations was learned, as JSON has it: bounds without end are null there. */
type LearnedJson = Omit<Expectation, 'min' | 'max' | 'categories'> & {
  readonly min: number | null;
  readonly max: number | null;
  readonly categories: readonly string[] | null;
};

interface State {
  readonly windows: WindowsState;
  readonly finder: FinderState | undefined;
  readonly learned: readonly LearnedJson[];
  readonly remembered: readonly number[];
}

/** Tells how much of the data is as it should be, window by window. */
export class Quality implements Monitor {
  readonly #params: Params;
  readonly #stream: StreamAddress;
  readonly #windows: Windows<Content>;
  readonly #declared: readonly Expectation[];
  #learned: readonly Expectation[] = [];
  #finder: FeatureFinder | undefined;
  #remembered: Remembered;
  readonly #key: ((value: unknown) => string | undefined) | undefined;

  constructor(private readonly setting: Setting<Params>) {
    const { params, attached } = setting;
    const state = setting.state as State | undefined;
    this.#params = params;
    this.#stream = attached[0] as StreamAddress;
    this.#declared = declared(params);
    this.#key = keyReader(params.duplicates);
    this.#remembered = new Remembered(params.remember, state?.remembered);
    this.#learned = state?.learned.map(fromJson) ?? [];
    const learning = state === undefined ? params.learn > 0 : state.finder !== undefined;
    this.#finder = learning ? new FeatureFinder(params.learn, state?.finder) : undefined;
    this.#windows = new Windows<Content>(
      params.window * 1000,
      () => this.#begin(),
      (window) => this.#tell(window)
    );
    this.#windows.restore(state?.windows, (content) => contentFrom(content as ContentJson));
  }

  take(_stream: StreamAddress, record: StreamRecord): void {
    const content = this.#windows.at(record.time, record);
    const { value } = record;
    content.records++;
    if (this.#key !== undefined) {
      const key = this.#key(value);
      if (key !== undefined && this.#remembered.has(key)) {
        content.duplicates++;
        keepSample(content.duplicateSamples, () => sampleOf(record, value));
      }
    }
    const { tallies } = content;
    for (let index = 0; index < this.#declared.length + this.#learned.length; index++) {
      const expectation = this.#expectation(index);
      const found = fieldOf(value, expectation.path);
      (tallies[index] as FeatureTally).add(record, found, judge(expectation, found));
    }
    if (this.#finder !== undefined) {
      this.#learn(this.#finder, value, content);
    }
  }

  bad(_stream: StreamAddress, record: BadRecord): void {
    const content = this.#windows.at(record.time, record);
    content.bad++;
    keepSample(content.badSamples, () => sampleOf(record, record.detail));
  }

  reached(_stream: StreamAddress, time: Micros): void {
    this.#windows.reached(time);
  }

  snapshot(): State {
    return {
      windows: this.#windows.snapshot(({ tallies, ...content }) => ({
        ...content,
        tallies: tallies.map((tally) => tally.toJSON()),
      })),
      finder: this.#finder?.snapshot(),
      learned: this.#learned.map(toJson),
      remembered: this.#remembered.toJSON(),
    };
  }

  #expectation(index: number): Expectation {
    return (this.#declared[index] ?? this.#learned[index - this.#declared.length]) as Expectation;
  }

  #learn(finder: FeatureFinder, value: unknown, content: Content): void {
    finder.add(value);
    if (finder.complete) {
      const known = new Set(this.#declared.map(({ name }) => name));
      this.#learned = finder
        .features()
        .filter(({ name }) => !known.has(name))
        .map(learned);
      this.#finder = undefined;
      content.tallies.push(...this.#learned.map(() => new FeatureTally()));
    }
  }

  #begin(): Content {
    const tallies = [...this.#declared, ...this.#learned].map(() => new FeatureTally());
    return { records: 0, bad: 0, duplicates: 0, badSamples: [], duplicateSamples: [], tallies };
  }

  #tell(window: Window<Content>): void {
    const { records, bad, duplicates, tallies, badSamples, duplicateSamples } = window.content;
    const { minimum } = this.#params;
    if (records + bad >= minimum) {
      this.#share(window, 'bad', undefined, bad, records + bad, badSamples);
    }
    if (records < minimum) {
      return;
    }
    if (this.#key !== undefined) {
      this.#share(window, 'duplicate', undefined, duplicates, records, duplicateSamples);
    }
    tallies.forEach((tally, index) => {
      if (tally.seen >= minimum) {
        this.#tellFeature(window, this.#expectation(index), tally);
      }
    });
  }

  #tellFeature(window: Window<Content>, expectation: Expectation, tally: FeatureTally): void {
    CHECKS.forEach((check, index) => {
      // What a field cannot be is not told of it.
      const applies =
        check === 'unseen'
          ? expectation.categories !== undefined
          : check === 'outOfRange' || check === 'nan'
            ? expectation.type === 'number' || expectation.type === undefined
            : check === 'missing' || expectation.type !== undefined;
      if (applies) {
        this.#share(window, check, expectation, tally.counts[index] as number, tally.seen, tally.samples[index] ?? []);
      }
    });
    this.#tellConstant(window, expectation, tally);
  }

  #share(
    { start, end, span, origin }: Window<Content>,
    check: Check | 'duplicate' | 'bad',
    expectation: Expectation | undefined,
    count: number,
    of: number,
    samples: readonly Offence[]
  ): void {
    const feature = expectation?.name;
    const about = { ...this.#stream, feature };
    const value = count / of;
    this.setting.speech.measure({ time: start, span, origin, about, metric: METRICS[check], value });
    const bound = this.#params.bounds[check];
    // A field that often was empty while it was learned may be so.
    const usual = check === 'missing' ? (expectation?.missing ?? 0) : 0;
    const [name, rest] = WORDS[check];
    const text =
      `${percent(value)} of ${of} records ${rest}${feature === undefined ? '' : ` ${feature}`}; ` +
      `at most ${percent(bound + usual)} are borne.`;
    this.setting.speech.condition(value - usual > bound, {
      key: JSON.stringify([check, feature ?? null]),
      time: end,
      origin,
      about,
      name,
      text,
      value,
      offences: samples,
      evidence: {
        count,
        of,
        bound,
        usual,
        ...(expectation === undefined ? {} : expected(expectation, check)),
      },
    });
  }

  #tellConstant({ start, end, span, origin }: Window<Content>, { name }: Expectation, tally: FeatureTally): void {
    const about = { ...this.#stream, feature: name };
    const holds = tally.constant !== undefined;
    const value = holds ? 1 : 0;
    this.setting.speech.measure({ time: start, span, origin, about, metric: 'quality.constant', value });
    if (this.#params.bounds.constant) {
      const text = holds
        ? `All ${tally.seen} records have the same value of ${name}: ${JSON.stringify(tally.constant)}.`
        : `The values of ${name} vary.`;
      const key = JSON.stringify(['constant', name]);
      this.setting.speech.condition(holds, { key, time: end, origin, about, name: 'Constant values', text });
    }
  }
}

function expected({ type, min, max, categories }: Expectation, check: Check | 'duplicate' | 'bad'): object {
  switch (check) {
    case 'mismatch':
      return { type };
    case 'outOfRange':
      return { min: finite(min), max: finite(max) };
    case 'unseen':
      return { categories: [...(categories ?? [])].slice(0, 20) };
    default:
      return {};
  }
}

function keyReader(duplicates: Params['duplicates']): ((value: unknown) => string | undefined) | undefined {
  if (duplicates === undefined) {
    return undefined;
  }
  if ('record' in duplicates) {
    return (value) => JSON.stringify(value);
  }
  const { path } = fieldAt(duplicates.key);
  return (value) => {
    const key = fieldOf(value, path);
    return key === undefined || key === null ? undefined : JSON.stringify(key);
  };
}

function contentFrom({ tallies, ...content }: ContentJson): Content {
  const [badSamples, duplicateSamples] = [[...content.badSamples], [...content.duplicateSamples]];
  return { ...content, badSamples, duplicateSamples, tallies: tallies.map((tally) => FeatureTally.from(tally)) };
}

function toJson({ min, max, categories, ...rest }: Expectation): LearnedJson {
  const set = categories === undefined ? null : [...categories];
  return { ...rest, min: finite(min) ?? null, max: finite(max) ?? null, categories: set };
}

function fromJson({ min, max, categories, ...rest }: LearnedJson): Expectation {
  const set = categories === null ? undefined : new Set(categories);
  return { ...rest, type: rest.type, min: min ?? -Infinity, max: max ?? Infinity, categories: set };
}

function finite(bound: number): number | undefined {
  return Number.isFinite(bound) ? bound : undefined;
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(3))} %`;
}
