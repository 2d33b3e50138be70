import {
  BinnedArea,
  ConfusionMatrix,
  RegressionScores,
  type BinnedAreaJson,
  type ConfusionMatrixJson,
  type RegressionScoresJson,
} from '../../../statistics/index.js';
import type { Params } from './params.js';

/** What was predicted, and what was true: numbers of a regression, else labels. */
export interface Outcome {
  readonly prediction: number | string;
  readonly truth: number | string;
  /** Probability of the positive class. */
  readonly score: number | undefined;
}

export interface ScoresJson {
  readonly pairs: number;
  readonly regression?: RegressionScoresJson;
  readonly matrix?: ConfusionMatrixJson;
  readonly area?: BinnedAreaJson;
}

export const POSITIVE = 'true';
const NEGATIVE = 'false';

/** How good the predictions of a window are. */
export class Scores {
  #pairs = 0;
  #regression: RegressionScores | undefined;
  #matrix: ConfusionMatrix | undefined;
  #area: BinnedArea | undefined;

  constructor(
    private readonly type: Params['type'],
    json?: ScoresJson
  ) {
    this.#pairs = json?.pairs ?? 0;
    if (type === 'regression') {
      this.#regression =
        json?.regression === undefined ? new RegressionScores() : RegressionScores.from(json.regression);
    } else {
      const labels = type === 'binary' ? [NEGATIVE, POSITIVE] : [];
      this.#matrix = json?.matrix === undefined ? new ConfusionMatrix(labels) : ConfusionMatrix.from(json.matrix);
    }
    this.#area = json?.area === undefined ? undefined : BinnedArea.from(json.area);
  }

  get pairs(): number {
    return this.#pairs;
  }

  add({ prediction, truth, score }: Outcome): void {
    this.#pairs++;
    if (this.#regression !== undefined) {
      this.#regression.add(prediction as number, truth as number);
      return;
    }
    this.#matrix?.add(String(prediction), String(truth));
    if (score !== undefined) {
      this.#area ??= new BinnedArea();
      this.#area.add(score, truth === POSITIVE);
    }
  }

  /** By metric; NaN where it means nothing. */
  metrics(): ReadonlyArray<readonly [metric: string, value: number]> {
    if (this.#regression !== undefined) {
      const { mae, rmse, mape, bias, truthMean } = this.#regression;
      return [
        ['prediction.mean', truthMean + bias],
        ['truth.mean', truthMean],
        ['error.mae', mae],
        ['error.rmse', rmse],
        ['error.mape', mape],
        ['error.bias', bias],
      ];
    }
    const matrix = this.#matrix as ConfusionMatrix;
    const scores = this.type === 'binary' ? matrix.classes().find(({ label }) => label === POSITIVE) : matrix.macro();
    return [
      ...this.#shares(matrix),
      ['score.accuracy', matrix.accuracy],
      ['score.precision', scores?.precision ?? NaN],
      ['score.recall', scores?.recall ?? NaN],
      ['score.f1', scores?.f1 ?? NaN],
      ['score.auc', this.#area?.result().area ?? NaN],
    ];
  }

  /** Shares of positives, where there is such a class. */
  #shares(matrix: ConfusionMatrix): Array<readonly [metric: string, value: number]> {
    if (this.type !== 'binary') {
      return [];
    }
    const both = matrix.count(POSITIVE, POSITIVE);
    return [
      ['prediction.mean', (both + matrix.count(POSITIVE, NEGATIVE)) / matrix.total],
      ['truth.mean', (both + matrix.count(NEGATIVE, POSITIVE)) / matrix.total],
    ];
  }

  toJSON(): ScoresJson {
    return {
      pairs: this.#pairs,
      ...(this.#regression === undefined ? {} : { regression: this.#regression.toJSON() }),
      ...(this.#matrix === undefined ? {} : { matrix: this.#matrix.toJSON() }),
      ...(this.#area === undefined ? {} : { area: this.#area.toJSON() }),
    };
  }
}

/** Reads what is compared: undefined where a value is none of the type. */
export function valueReader({ type, positive }: Params): (value: unknown) => number | string | undefined {
  if (type === 'regression') {
    return (value) => (typeof value === 'number' && Math.abs(value) <= LARGEST ? value : undefined);
  }
  if (type === 'binary') {
    return (value) => (isLabel(value) ? (isPositive(value, positive) ? POSITIVE : NEGATIVE) : undefined);
  }
  return (value) => (isLabel(value) ? String(value).slice(0, LONGEST_LABEL) : undefined);
}

/** The square of anything beyond is no number any more. */
const LARGEST = 1e150;
const LONGEST_LABEL = 200;

function isLabel(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'boolean' || (typeof value === 'number' && !Number.isNaN(value));
}

/** 1 is true as well, where nothing else is said. */
function isPositive(value: string | number | boolean, positive: string | number | boolean): boolean {
  return value === positive || (positive === true && value === 1);
}
