import type { Micros } from '@pneumograph/contract';
import { profileFrom, type Profile, type ProfileJson } from '../../../statistics/index.js';
import type { StreamAddress, StreamRecord } from '../../../streams/index.js';
import type { Monitor, Setting } from '../../monitor.js';
import { Windows, type Window, type WindowsState } from '../../windows.js';
import { fieldOf } from '../field.js';
import type { FinderState } from '../features.js';
import { compareAll, isComparable } from './compare.js';
import { contentOf } from './content.js';
import { Examples, type ExamplesJson } from './examples.js';
import { add, begin, type Referenced } from './feature.js';
import type { Params } from './params.js';
import { Learner, referenceOfFile } from './reference.js';
import { tellFeature, tellRecords, tellShare } from './tell.js';

interface Content {
  records: number;
  readonly profiles: readonly Profile[];
  readonly examples: readonly Examples[];
}

interface ContentJson {
  readonly records: number;
  readonly profiles: readonly ProfileJson[];
  readonly examples: readonly ExamplesJson[];
}

interface State {
  readonly learner: FinderState | undefined;
  readonly pinned: readonly Referenced[] | undefined;
  readonly windows: WindowsState;
  readonly previous: ReadonlyArray<ProfileJson | null>;
  /** Whether a window was held against the reference yet. */
  readonly fits: boolean;
}

/** Tells how the values of a stream are distributed, and whether that is as in a reference whose bins never move. */
export class Distributions implements Monitor {
  readonly #params: Params;
  readonly #stream: StreamAddress;
  readonly #windows: Windows<Content>;
  #learner: Learner | undefined;
  #pinned: readonly Referenced[] = [];
  /** What windows are compared with, by feature. */
  #beside: Profile[] = [];
  #fits: boolean;

  /** @throws Error where the reference does not have what is declared */
  constructor(private readonly setting: Setting<Params>) {
    const { params, attached, folder } = setting;
    const state = setting.state as State | undefined;
    this.#params = params;
    this.#stream = attached[0] as StreamAddress;
    this.#fits = state?.fits ?? false;
    if (state?.pinned !== undefined) {
      this.#pin(state.pinned, state.previous);
    } else if ('file' in params.reference) {
      this.#pin(referenceOfFile(params.reference.file, folder, params));
    } else {
      this.#learner = new Learner(params, state?.learner);
    }
    this.#windows = new Windows<Content>(
      params.window * 1000,
      () => {
        const profiles = this.#pinned.map(begin);
        return { records: 0, profiles, examples: profiles.map(({ counts }) => new Examples(counts.length)) };
      },
      (window) => this.#tell(window)
    );
    this.#windows.restore(state?.windows, (content) => this.#contentFrom(content));
  }

  take(_stream: StreamAddress, record: StreamRecord): void {
    if (this.#learner !== undefined && this.#learn(this.#learner, record)) {
      return;
    }
    const content = this.#windows.at(record.time, record);
    content.records++;
    const { profiles, examples } = content;
    for (let index = 0; index < profiles.length; index++) {
      const referenced = this.#pinned[index] as Referenced;
      const value = fieldOf(record.value, referenced.feature.path);
      const cell = add(profiles[index] as Profile, referenced, value);
      if (cell !== undefined) {
        examples[index]?.add(cell, record, value);
      }
    }
  }

  reached(_stream: StreamAddress, time: Micros): void {
    this.#windows.reached(time);
  }

  snapshot(): State {
    const previous = 'previous' in this.#params.reference ? this.#beside.map((profile) => profile.toJSON()) : [];
    return {
      learner: this.#learner?.snapshot(),
      pinned: this.#learner === undefined ? this.#pinned : undefined,
      windows: this.#windows.snapshot(({ records, profiles, examples }) => ({
        records,
        profiles: profiles.map((p) => p.toJSON()),
        examples: examples.map((e) => e.toJSON()),
      })),
      previous,
      fits: this.#fits,
    };
  }

  /** Whether the record is of the reference, and so of no window. */
  #learn(learner: Learner, record: StreamRecord): boolean {
    const learned = learner.take(record.value, record.time);
    if (learned === undefined) {
      return true;
    }
    this.#learner = undefined;
    this.#pin(learned.pinned);
    // A reference of the stream's own records fits them.
    this.#fits = true;
    return learned.taken;
  }

  #pin(pinned: readonly Referenced[], previous: ReadonlyArray<ProfileJson | null> = []): void {
    this.#pinned = pinned;
    this.#beside = pinned.map(({ reference }, index) =>
      profileFrom(reference.bins, previous[index] ?? reference.profile)
    );
  }

  #tell(window: Window<Content>): void {
    const { speech } = this.setting;
    const { profiles, examples, records } = window.content;
    const { minimum, share } = this.#params;
    const stream = this.#stream;
    const pairs = this.#pinned.map((referenced, index) => ({
      referenced,
      profile: profiles[index] as Profile,
      reference: this.#beside[index] as Profile,
      examples: examples[index] as Examples,
    }));
    if (records >= minimum && !this.#fits) {
      checkFit(pairs, records);
      this.#fits = true;
    }
    tellRecords(speech, window, stream, records);
    for (const { referenced, profile, reference } of pairs) {
      if (profile.tally.valid > 0) {
        const about = { ...stream, feature: referenced.feature.name };
        const content = contentOf(referenced, profile, reference);
        speech.show({ time: window.end, span: window.span, origin: window.origin, about, content });
      }
    }
    const outcomes = compareAll(
      pairs.filter((pair) => isComparable(pair, minimum)),
      this.#params
    );
    outcomes.forEach((outcome) => tellFeature(speech, window, stream, outcome));
    tellShare(speech, window, stream, outcomes, share);
    if ('previous' in this.#params.reference) {
      this.#beside = pairs.map(({ profile, reference }) => (profile.tally.valid >= minimum ? profile : reference));
    }
  }

  #contentFrom(json: unknown): Content {
    const { records, profiles, examples } = json as ContentJson;
    const restored = profiles.map((profile, index) =>
      profileFrom((this.#pinned[index] as Referenced).reference.bins, profile)
    );
    return {
      records,
      profiles: restored,
      examples: restored.map(({ counts }, index) => new Examples(counts.length, examples[index])),
    };
  }
}

/** @throws Error that tells the difference, where records have nothing of what the reference has */
function checkFit(pairs: ReadonlyArray<{ referenced: Referenced; profile: Profile }>, records: number): void {
  const problems = pairs.flatMap(({ referenced: { feature }, profile: { tally } }) => {
    if (tally.valid > 0) {
      return [];
    }
    return tally.mismatched > 0
      ? [`${feature.name}: ${feature.type} in the reference, of another type in the records`]
      : [`${feature.name}: in the reference, but in none of ${records} records`];
  });
  if (problems.length > 0) {
    throw new Error(`reference: expected one that fits the records: ${problems.join('; ')}`);
  }
}
