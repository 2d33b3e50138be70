export { chiSquareSurvival, normalCdf, normalSurvival } from './distributions.js';
export { lowerGamma, upperGamma } from './gamma.js';
export { kolmogorovSurvival, smirnovSurvival } from './kolmogorov.js';
export { seededRandom } from './random.js';
