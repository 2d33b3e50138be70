import type { Micros } from '@pneumograph/contract';
import type { Origin } from '../../../archive/index.js';
import { MOST_OFFENCES } from '../../offences.js';
import type { Params } from './params.js';
import { Scores, type Outcome, type ScoresJson } from './scores.js';

/** One half of a pair. */
export interface Half {
  readonly time: Micros;
  readonly partition: string;
  readonly offset: number;
  readonly value: number | string;
  readonly score?: number | undefined;
}

/** A pair as evidence shows it. */
export interface Sample extends Outcome {
  readonly key: string;
  /** Log time and place of the prediction. */
  readonly time: Micros;
  readonly partition: string;
  readonly offset: number;
}

/** A record of the window, by its place in its log. */
type Place = Pick<Half, 'time' | 'partition' | 'offset'>;

export interface WindowJson {
  readonly start: Micros;
  readonly first: Place | undefined;
  readonly firstTruth: Place | undefined;
  readonly predictions: number;
  readonly unmatchedTruths: number;
  readonly lag: number;
  readonly early: ScoresJson;
  readonly all: ScoresJson;
  readonly worst: readonly Sample[];
  readonly told: boolean;
}

/** The predictions of a window of log time, and what came true of them. */
export class PairWindow {
  #predictions = 0;
  #unmatchedTruths = 0;
  #first: Place | undefined;
  #firstTruth: Place | undefined;
  /** Of the pairs whose truth had come by the end of the window. */
  readonly early: Scores;
  readonly all: Scores;
  #lag = 0;
  #worst: Sample[] = [];
  /** Whether its provisional values were told. */
  told = false;

  constructor(
    readonly start: Micros,
    private readonly type: Params['type'],
    json?: WindowJson
  ) {
    this.early = new Scores(type, json?.early);
    this.all = new Scores(type, json?.all);
    if (json !== undefined) {
      this.#predictions = json.predictions;
      this.#unmatchedTruths = json.unmatchedTruths;
      this.#first = json.first;
      this.#firstTruth = json.firstTruth;
      this.#lag = json.lag;
      this.#worst = [...json.worst];
      this.told = json.told;
    }
  }

  static from(json: WindowJson, type: Params['type']): PairWindow {
    return new PairWindow(json.start, type, json);
  }

  get predictions(): number {
    return this.#predictions;
  }

  /** Truths of this time without a prediction. */
  get unmatchedTruths(): number {
    return this.#unmatchedTruths;
  }

  addPrediction(place: Place): void {
    this.#predictions++;
    this.#first = earlier(this.#first, place);
  }

  addUnmatchedTruth(place: Place): void {
    this.#unmatchedTruths++;
    this.#firstTruth = earlier(this.#firstTruth, place);
  }

  /** The first prediction; where there is none, the first truth without one. */
  get origin(): Origin {
    const place = this.#first ?? this.#firstTruth;
    return { partition: { key: place?.partition ?? '' }, offset: place?.offset ?? 0 };
  }

  /** @param lag from the prediction to its truth @param isEarly whether the truth came by the end of the window */
  add(sample: Sample, lag: Micros, isEarly: boolean): void {
    this.all.add(sample);
    if (isEarly) {
      this.early.add(sample);
    }
    this.#lag += lag;
    this.#keep(sample);
  }

  /** Seconds from predictions to their truths, on average; NaN without any. */
  get lag(): number {
    return this.#lag / this.all.pairs / 1e6;
  }

  /** The pairs that are furthest apart. */
  get worst(): readonly Sample[] {
    return this.#worst;
  }

  toJSON(): WindowJson {
    const { start, predictions, unmatchedTruths, told } = this;
    return {
      start,
      first: this.#first,
      firstTruth: this.#firstTruth,
      predictions,
      unmatchedTruths,
      lag: this.#lag,
      early: this.early.toJSON(),
      all: this.all.toJSON(),
      worst: this.#worst,
      told,
    };
  }

  /** Of equals those that came true first by the predictions' time stay, whichever were paired first. */
  #keep(sample: Sample): void {
    const error = errorOf(sample, this.type);
    if (error === 0) {
      return;
    }
    this.#worst.push(sample);
    this.#worst.sort(
      (a, b) => errorOf(b, this.type) - errorOf(a, this.type) || a.time - b.time || (a.key < b.key ? -1 : 1)
    );
    this.#worst.length = Math.min(this.#worst.length, MOST_OFFENCES);
  }
}

function earlier(a: Place | undefined, b: Place): Place {
  return a !== undefined && (a.time < b.time || (a.time === b.time && a.offset <= b.offset)) ? a : placeOf(b);
}

function placeOf({ time, partition, offset }: Place): Place {
  return { time, partition, offset };
}

function errorOf({ prediction, truth }: Outcome, type: Params['type']): number {
  return type === 'regression' ? Math.abs((prediction as number) - (truth as number)) : Number(prediction !== truth);
}
