export {
  CategoricalProfile,
  type CategoricalProfileJson,
  type CategoricalProfileOptions,
} from './categorical-profile.js';
export { CategoryCounts, type CategoryCountsJson } from './category-counts.js';
export { DistinctCount, type DistinctCountJson } from './distinct-count.js';
export { FrequentItems, type FrequentItemsJson, type Item } from './frequent-items.js';
export { countsOf, Histogram } from './histogram.js';
export { Moments, type MomentsJson } from './moments.js';
export { NumericProfile, type NumericProfileJson, type NumericProfileOptions } from './numeric-profile.js';
export {
  QuantileSketch,
  type QuantileSketchJson,
  type QuantileSketchOptions,
  type Support,
} from './quantile-sketch.js';
export { Tally, type TallyJson } from './tally.js';
