import {
  addValue,
  type Bins,
  type Cycle,
  emptyProfile,
  type FeatureKind,
  type ProfileJson,
  type ProfileOptions,
} from './bins.js';
import { categoriesOf, quantileEdges, widthEdges } from './edges.js';

const DEFAULT_CELLS = 10;
const DEFAULT_CATEGORIES = 100;

/** What later profiles of a feature are counted over and compared with; plain JSON, never changed once made. */
export interface Reference {
  readonly version: 1;
  readonly bins: Bins;
  readonly profile: ProfileJson;
}

export interface ReferenceOptions extends ProfileOptions {
  /** Of numbers and lengths: 10 by default. */
  readonly cells?: number;
  /** How edges are laid: at quantiles (by default), or at equal distances. */
  readonly by?: 'quantile' | 'width';
  /** How many categories are known; 100 by default. */
  readonly categories?: number;
  /** Of times; a day by default. */
  readonly cycle?: Cycle;
}

/** Bins for values like those of a sample. */
export function binsOf(kind: FeatureKind, sample: readonly unknown[], options: ReferenceOptions = {}): Bins {
  const { cells = DEFAULT_CELLS, by = 'quantile', categories = DEFAULT_CATEGORIES, cycle = 'day' } = options;
  const layEdges = by === 'quantile' ? quantileEdges : widthEdges;
  const texts = (): string[] => sample.filter((value) => typeof value === 'string');
  switch (kind) {
    case 'numeric':
      return {
        kind,
        edges: layEdges(
          sample.filter((value) => typeof value === 'number'),
          cells
        ),
      };
    case 'length':
      return {
        kind,
        edges: layEdges(
          texts().map((text) => text.length),
          cells
        ),
      };
    case 'time':
      return { kind, cycle };
    case 'categorical':
      return { kind, categories: categoriesOf(texts(), categories) };
    case 'boolean':
      return { kind };
  }
}

/**
 * A reference from a sample of raw values (see `addValue`): its bins, and the sample's own profile over them.
 *
 * @throws RangeError where a numeric or text feature's sample holds no value of its type
 */
export function referenceOf(kind: FeatureKind, sample: readonly unknown[], options: ReferenceOptions = {}): Reference {
  const bins = binsOf(kind, sample, options);
  const profile = emptyProfile(bins, options);
  for (const value of sample) {
    addValue(profile, bins, value);
  }
  return { version: 1, bins, profile: profile.toJSON() };
}
