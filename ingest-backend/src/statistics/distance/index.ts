export { chiSquare, type ChiSquare } from './chi-square.js';
export { cramersV } from './cramers-v.js';
export { hellinger } from './hellinger.js';
export { jensenShannon, type JensenShannon } from './jensen-shannon.js';
export {
  kolmogorovSmirnov,
  kolmogorovSmirnovOfCells,
  kolmogorovSmirnovOfSketches,
  significance as kolmogorovSmirnovSignificance,
  statisticOfSorted as kolmogorovSmirnovStatistic,
  type BinnedKolmogorovSmirnov,
  type KolmogorovSmirnov,
  type KolmogorovSmirnovMethod,
} from './kolmogorov-smirnov.js';
export { populationStabilityIndex } from './population-stability.js';
export { totalVariation } from './total-variation.js';
export { wasserstein, wassersteinOfSketches, type SketchedWasserstein } from './wasserstein.js';
