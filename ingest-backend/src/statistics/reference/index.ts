export {
  addValue,
  emptyProfile,
  hoursIn,
  profileFrom,
  type Bins,
  type Cycle,
  type FeatureKind,
  type Profile,
  type ProfileJson,
  type ProfileOptions,
} from './bins.js';
export { categoriesOf, quantileEdges, quantileOfSorted, widthEdges } from './edges.js';
export { binsOf, referenceOf, type Reference, type ReferenceOptions } from './reference.js';
