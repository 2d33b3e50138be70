export { Distortion } from './distortion.js';
export { gaussian, randomOf } from './random.js';
export {
  checkPlan,
  listScenarios,
  overloadMillis,
  SCENARIO_NAMES,
  SCENARIOS,
  WARM_UP,
  type ExpectedAlert,
  type Scenario,
  type ScenarioName,
  type ScenarioPlan,
} from './scenarios.js';
