export { areaUnderCurve, BinnedArea, type BinnedAreaJson } from './area-under-curve.js';
export {
  ConfusionMatrix,
  type AveragedScores,
  type ClassScores,
  type ConfusionMatrixJson,
} from './confusion-matrix.js';
export { ProbabilityScores, type ProbabilityScoresJson } from './probability-scores.js';
export { RegressionScores, type RegressionScoresJson } from './regression-scores.js';
