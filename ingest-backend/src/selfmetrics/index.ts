export { BoundedLog } from './bounded-log.js';
export { SelfMetrics } from './metrics.js';
export { SelfReporter, type SelfReporterOptions } from './reporter.js';
