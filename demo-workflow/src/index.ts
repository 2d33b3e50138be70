export { startDemo, type Demo, type DemoOptions } from './demo.js';
export type { ReportTarget } from './reports/index.js';
export type { EngineName } from './workflow.js';
