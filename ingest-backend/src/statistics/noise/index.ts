export { NoiseProfile, type NoiseProfileJson } from './noise-profile.js';
export {
  ExponentialSmoother,
  MedianSmoother,
  NeighbourSmoother,
  SavitzkyGolaySmoother,
  type Smoother,
} from './smoothers.js';
