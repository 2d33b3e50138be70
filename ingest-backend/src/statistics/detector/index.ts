export { Adwin, type AdwinOptions } from './adwin.js';
export { Ddm, type DdmOptions } from './ddm.js';
export { type DetectorState, type DriftDetector } from './detector.js';
export { Eddm, type EddmOptions } from './eddm.js';
export { Kswin, type KswinOptions } from './kswin.js';
export { PageHinkley, type PageHinkleyOptions } from './page-hinkley.js';
export {
  adwinForBudget,
  ddmForBudget,
  kswinForBudget,
  pageHinkleyForBudget,
  valuesBetweenFalseAlarms,
  type FalseAlarmBudget,
} from './budget.js';
export { type Shape } from './cusum-run-length.js';
