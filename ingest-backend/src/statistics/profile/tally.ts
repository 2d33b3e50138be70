export interface TallyJson {
  readonly seen: number;
  readonly missing?: number;
  readonly mismatched?: number;
  readonly nan?: number;
  readonly infinite?: number;
}

/** How many of a feature's values were of use, and what was wrong with the others. */
export class Tally {
  /** All: good ones and those below. */
  seen = 0;
  missing = 0;
  /** Not of the feature's type; what that is, the caller knows. */
  mismatched = 0;
  nan = 0;
  infinite = 0;

  /** Those that the statistics speak of. */
  get valid(): number {
    return this.seen - this.missing - this.mismatched - this.nan - this.infinite;
  }

  merge(other: Tally): void {
    this.seen += other.seen;
    this.missing += other.missing;
    this.mismatched += other.mismatched;
    this.nan += other.nan;
    this.infinite += other.infinite;
  }

  /** Without what is 0. */
  toJSON(): TallyJson {
    const { seen, missing, mismatched, nan, infinite } = this;
    const wrong = Object.entries({ missing, mismatched, nan, infinite }).filter(([, count]) => count > 0);
    return { seen, ...(Object.fromEntries(wrong) as Omit<TallyJson, 'seen'>) };
  }

  static from(json: TallyJson): Tally {
    return Object.assign(new Tally(), json);
  }
}
