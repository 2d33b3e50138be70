export interface ConfusionMatrixJson {
  readonly labels: readonly string[];
  /** Row by row, a truth each; the columns are predictions. */
  readonly counts: readonly number[];
  readonly refused?: number;
}

export interface ClassScores {
  readonly label: string;
  /** Share of what was predicted as this class that is of it; 0 where none was. */
  readonly precision: number;
  /** Share of this class that was predicted as such; 0 where there is none. */
  readonly recall: number;
  /** Harmonic mean of both. */
  readonly f1: number;
  /** How many are of this class. */
  readonly support: number;
}

export interface AveragedScores {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

const MAX_CLASSES = 256;

/**
 * Which class was predicted where which is true, over a stream of pairs; mergeable without loss. Its scores are those of
 * scikit-learn's `metrics`, with 0 in place of 0/0.
 *
 * Source: M. Sokolova and G. Lapalme, "A Systematic Analysis of Performance Measures for Classification Tasks", Inf. Process.
 * Manag. 45 (2009).
 */
export class ConfusionMatrix {
  readonly maxClasses: number;
  readonly #index = new Map<string, number>();
  /** Rows of truths, as wide as there is room for. */
  #counts: Float64Array;
  #room: number;
  #refused = 0;

  /**
   * @param labels in the order in which scores shall come; others follow as they appear
   * @param maxClasses pairs with a label beyond so many are refused
   */
  constructor(labels: readonly string[] = [], maxClasses = MAX_CLASSES) {
    this.maxClasses = maxClasses;
    this.#room = Math.max(2, labels.length);
    this.#counts = new Float64Array(this.#room * this.#room);
    labels.forEach((label) => this.#indexOf(label));
  }

  /** @returns whether the pair was counted: not where there are too many classes already */
  add(prediction: string, truth: string, count = 1): boolean {
    const row = this.#indexOf(truth);
    const column = this.#indexOf(prediction);
    if (row === undefined || column === undefined) {
      this.#refused += count;
      return false;
    }
    (this.#counts[row * this.#room + column] as number) += count;
    return true;
  }

  #indexOf(label: string): number | undefined {
    const index = this.#index.get(label);
    if (index !== undefined || this.#index.size >= this.maxClasses) {
      return index;
    }
    if (this.#index.size === this.#room) {
      this.#grow();
    }
    this.#index.set(label, this.#index.size);
    return this.#index.size - 1;
  }

  #grow(): void {
    const room = this.#room * 2;
    const counts = new Float64Array(room * room);
    for (let row = 0; row < this.#room; row++) {
      counts.set(this.#counts.subarray(row * this.#room, (row + 1) * this.#room), row * room);
    }
    this.#counts = counts;
    this.#room = room;
  }

  merge(other: ConfusionMatrix): void {
    this.#refused += other.#refused;
    const labels = other.labels;
    labels.forEach((truth, row) =>
      labels.forEach((prediction, column) => {
        const count = other.#counts[row * other.#room + column] as number;
        if (count > 0) {
          this.add(prediction, truth, count);
        }
      })
    );
  }

  get labels(): readonly string[] {
    return [...this.#index.keys()];
  }

  /** Pairs counted. */
  get total(): number {
    return this.#counts.reduce((sum, count) => sum + count, 0);
  }

  /** Pairs with too many classes. */
  get refused(): number {
    return this.#refused;
  }

  count(prediction: string, truth: string): number {
    const row = this.#index.get(truth);
    const column = this.#index.get(prediction);
    return row === undefined || column === undefined ? 0 : (this.#counts[row * this.#room + column] as number);
  }

  /** Share of right predictions; NaN without any. Precision, recall and F1 averaged over pairs (micro) are all this. */
  get accuracy(): number {
    let right = 0;
    for (const label of this.#index.values()) {
      right += this.#counts[label * this.#room + label] as number;
    }
    return right / this.total;
  }

  /** Of each class that was true or predicted. */
  classes(): readonly ClassScores[] {
    return [...this.#index].flatMap(([label, index]) => {
      let predicted = 0;
      let support = 0;
      for (let other = 0; other < this.#index.size; other++) {
        predicted += this.#counts[other * this.#room + index] as number;
        support += this.#counts[index * this.#room + other] as number;
      }
      const right = this.#counts[index * this.#room + index] as number;
      return predicted + support === 0
        ? []
        : [
            {
              label,
              precision: ratio(right, predicted),
              recall: ratio(right, support),
              f1: ratio(2 * right, predicted + support),
              support,
            },
          ];
    });
  }

  /** Plain mean over the classes, whatever their support. */
  macro(): AveragedScores {
    const classes = this.classes();
    const mean = (of: (one: ClassScores) => number): number =>
      classes.reduce((sum, one) => sum + of(one), 0) / classes.length;
    return { precision: mean((one) => one.precision), recall: mean((one) => one.recall), f1: mean((one) => one.f1) };
  }

  toJSON(): ConfusionMatrixJson {
    const { labels } = this;
    const counts = labels.flatMap((truth) => labels.map((prediction) => this.count(prediction, truth)));
    return { labels, counts, ...(this.#refused > 0 ? { refused: this.#refused } : {}) };
  }

  static from({ labels, counts, refused = 0 }: ConfusionMatrixJson, maxClasses = MAX_CLASSES): ConfusionMatrix {
    if (counts.length !== labels.length ** 2) {
      throw new RangeError(
        `confusion matrix: expected ${labels.length ** 2} counts for ${labels.length} labels, found ${counts.length}`
      );
    }
    const matrix = new ConfusionMatrix(labels, Math.max(maxClasses, labels.length));
    counts.forEach((count, at) => {
      const [row, column] = [Math.floor(at / labels.length), at % labels.length];
      matrix.#counts[row * matrix.#room + column] = count;
    });
    matrix.#refused = refused;
    return matrix;
  }
}

function ratio(part: number, whole: number): number {
  return whole === 0 ? 0 : part / whole;
}
