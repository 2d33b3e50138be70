import type { Micros } from '@pneumograph/contract';
import type { StreamAddress, StreamRecord } from '../../../streams/index.js';
import type { Monitor, Setting } from '../../monitor.js';
import { fieldOf } from '../field.js';
import { fieldAt } from '../features.js';
import { findStream, isStream, keyReader } from '../key.js';
import { Reached } from '../reached.js';
import type { Params } from './params.js';
import { valueReader } from './scores.js';
import { tellFinal, tellProvisional } from './tell.js';
import { Waiting } from '../waiting.js';
import type { Half } from './window.js';
import { PairWindow, type WindowJson } from './window.js';

interface State {
  readonly reached: ReadonlyArray<Micros | null>;
  readonly predictions: ReadonlyArray<readonly [string, Half]>;
  readonly truths: ReadonlyArray<readonly [string, Half]>;
  readonly windows: readonly WindowJson[];
  readonly from: Micros | null;
}

/**
 * Joins predictions with what came true, and tells how far apart they are. A truth counts that comes within the horizon of its prediction
 * by log time: what a window says depends on the records alone, not on which of the two streams was read first.
 */
export class Divergence implements Monitor {
  readonly #params: Params;
  readonly #streams: readonly [predictions: StreamAddress, truth: StreamAddress];
  readonly #reached: Reached;
  readonly #predictions: Waiting<Half>;
  readonly #truths: Waiting<Half>;
  /** By their start. */
  readonly #windows = new Map<Micros, PairWindow>();
  /** The end of the last window that is final. */
  #from: Micros;
  #nextDue: Micros = Infinity;
  readonly #length: Micros;
  readonly #horizon: Micros;
  readonly #read: (value: unknown) => number | string | undefined;
  readonly #keys: readonly [(record: StreamRecord) => string | undefined, (record: StreamRecord) => string | undefined];
  readonly #paths: readonly [readonly string[], readonly string[]];
  readonly #score: readonly string[] | undefined;

  /** @throws Error where one of the streams is not read */
  constructor(private readonly setting: Setting<Params>) {
    const { params, attached } = setting;
    const { predictions, truth } = params;
    const state = setting.state as State | undefined;
    this.#params = params;
    this.#length = params.window * 1000;
    this.#horizon = params.horizon * 1000;
    this.#streams = [findStream('predictions', predictions, attached), findStream('truth', truth, attached)];
    this.#keys = [keyReader(predictions.key), keyReader(truth.key)];
    this.#paths = [fieldAt(predictions.value).path, fieldAt(truth.value).path];
    this.#score = predictions.score === undefined ? undefined : fieldAt(predictions.score).path;
    this.#read = valueReader(params);
    this.#reached = new Reached(this.#streams, state?.reached);
    this.#predictions = new Waiting(state?.predictions);
    this.#truths = new Waiting(state?.truths);
    this.#from = state?.from ?? -Infinity;
    for (const json of state?.windows ?? []) {
      this.#windows.set(json.start, PairWindow.from(json, params.type));
    }
    this.#findNextDue();
  }

  take(stream: StreamAddress, record: StreamRecord): void {
    const [predictions, truth] = this.#streams;
    if (isStream(stream, predictions)) {
      this.reached(stream, record.time);
      this.#takePrediction(record);
    } else if (isStream(stream, truth)) {
      this.reached(stream, record.time);
      this.#takeTruth(record);
    }
  }

  reached(stream: StreamAddress, time: Micros): void {
    this.#reached.set(stream, time);
    if (this.#reached.all >= this.#nextDue) {
      this.#advance(this.#reached.all);
    }
  }

  snapshot(): State {
    return {
      reached: this.#reached.toJSON(),
      predictions: this.#predictions.toJSON(),
      truths: this.#truths.toJSON(),
      windows: [...this.#windows.values()].map((window) => window.toJSON()),
      from: Number.isFinite(this.#from) ? this.#from : null,
    };
  }

  #takePrediction(record: StreamRecord): void {
    this.#windowAt(record.time).addPrediction(placeOf(record));
    const key = this.#keys[0](record);
    const value = this.#read(fieldOf(record.value, this.#paths[0]));
    if (key === undefined || value === undefined) {
      return;
    }
    const score = this.#score === undefined ? undefined : fieldOf(record.value, this.#score);
    const half = { ...placeOf(record), value, ...(isProbability(score) ? { score } : {}) };
    const truth = this.#match(key, half, this.#truths);
    if (truth !== undefined) {
      this.#pair(key, half, truth);
    } else {
      this.#predictions.add(key, half);
      // What is given up stays a prediction without truth.
      this.#predictions.beyond(this.#params.most);
    }
  }

  #takeTruth(record: StreamRecord): void {
    const window = this.#windowAt(record.time);
    const key = this.#keys[1](record);
    const value = this.#read(fieldOf(record.value, this.#paths[1]));
    if (key === undefined || value === undefined) {
      window.addUnmatchedTruth(placeOf(record));
      return;
    }
    const half = { ...placeOf(record), value };
    const prediction = this.#match(key, half, this.#predictions);
    if (prediction !== undefined) {
      this.#pair(key, prediction, half);
    } else {
      this.#truths.add(key, half);
      this.#giveUp(this.#truths.beyond(this.#params.most));
    }
  }

  /**
   * What waits for a record: of several with one key the first prediction belongs to the first truth, and so on, whichever of the
   * streams was read first. What is too old for this record is too old for all that come.
   */
  #match(key: string, { time }: Half, waiting: Waiting<Half>): Half | undefined {
    for (;;) {
      const first = waiting.first(key);
      if (first === undefined || first.time - time > this.#horizon) {
        return undefined;
      }
      waiting.shift(key);
      if (time - first.time <= this.#horizon) {
        return first;
      }
      if (waiting === this.#truths) {
        this.#giveUp([first]);
      }
    }
  }

  #pair(key: string, { time, partition, offset, value, score }: Half, truth: Half): void {
    const window = this.#windows.get(this.#startOf(time));
    // Given up already, where stamps of the log went back.
    if (window !== undefined) {
      const lag = Math.max(0, truth.time - time);
      const isEarly = truth.time < window.start + this.#length;
      window.add({ key, time, partition, offset, prediction: value, truth: truth.value, score }, lag, isEarly);
    }
  }

  #giveUp(truths: readonly Half[]): void {
    for (const truth of truths) {
      this.#windowAt(truth.time).addUnmatchedTruth(truth);
    }
  }

  #startOf(time: Micros): Micros {
    return Math.floor(Math.max(time, this.#from) / this.#length) * this.#length;
  }

  #windowAt(time: Micros): PairWindow {
    const start = this.#startOf(time);
    let window = this.#windows.get(start);
    if (window === undefined) {
      window = new PairWindow(start, this.#params.type);
      this.#windows.set(start, window);
      this.#nextDue = Math.min(this.#nextDue, start + this.#length);
    }
    return window;
  }

  /** Tells what of windows is known by now. */
  #advance(now: Micros): void {
    const { speech } = this.setting;
    const ascending = [...this.#windows.values()].sort((a, b) => a.start - b.start);
    const about = this.#streams[0];
    for (const window of ascending) {
      const end = window.start + this.#length;
      if (!window.told && now >= end) {
        window.told = true;
        tellProvisional(speech, this.#params, about, window);
      }
      if (now >= end + this.#horizon) {
        this.#predictions.before(end);
        this.#giveUp(this.#truths.before(end));
        tellFinal(speech, this.#params, about, window);
        this.#windows.delete(window.start);
        this.#from = end;
      }
    }
    this.#findNextDue();
  }

  #findNextDue(): void {
    this.#nextDue = Infinity;
    for (const { start, told } of this.#windows.values()) {
      this.#nextDue = Math.min(this.#nextDue, start + this.#length + (told ? this.#horizon : 0));
    }
  }
}

function placeOf({ time, partition, offset }: StreamRecord): Pick<Half, 'time' | 'partition' | 'offset'> {
  return { time, partition: partition.key, offset };
}

function isProbability(score: unknown): score is number {
  return typeof score === 'number' && score >= 0 && score <= 1;
}
