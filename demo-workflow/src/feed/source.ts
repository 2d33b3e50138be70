import { Distortion, type ScenarioName } from '../scenarios/index.js';
import { corrupt, DAMAGED, SPOILT } from './corruption.js';

export interface SourceOptions {
  /** Lines of CSV, sent again and again. */
  readonly lines: readonly string[];
  readonly seed?: number | undefined;
  /** What happens, and from which record on. */
  readonly scenario?: { readonly name: ScenarioName; readonly begins: number } | undefined;
}

/** The lines that a feed sends, one after the other: the same for the same seed and scenario, however fast they go. */
export class Source {
  readonly #distortion: Distortion;
  readonly #seed: number;
  #position = 0;

  constructor(private readonly options: SourceOptions) {
    this.#seed = options.seed ?? 1;
    this.#distortion = new Distortion(options.scenario?.name, options.lines, this.#seed);
  }

  next(count: number): string[] {
    const { lines, scenario } = this.options;
    return Array.from({ length: count }, () => {
      const position = this.#position++;
      const index = position % lines.length;
      const pass = Math.floor(position / lines.length);
      const begun = scenario !== undefined && position >= scenario.begins;
      const line = begun ? this.#distortion.next(pass, index) : (lines[index] as string);
      const shares = begun && scenario.name === 'bad-records' ? SPOILT : DAMAGED;
      return corrupt(line, this.#seed, pass, index, shares).line;
    });
  }
}
