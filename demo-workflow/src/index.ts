export { startDemo, type Demo, type DemoOptions } from './demo.js';
export type { ReportTarget } from './reports/index.js';
export { recordStreams, type RecordStream } from './record-streams.js';
export {
  listScenarios,
  SCENARIO_NAMES,
  SCENARIOS,
  WARM_UP,
  type ExpectedAlert,
  type ScenarioName,
  type ScenarioPlan,
} from './scenarios/index.js';
export { engineNames, type EngineName } from './workflow.js';
