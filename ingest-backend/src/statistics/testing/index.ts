export { chooseTest, isDrift, type Choice, type Facts } from './choose.js';
export { compareProfiles, MEASURES, type Comparison, type Measure } from './compare.js';
export { adjustPValues, type Correction } from './multiple.js';
