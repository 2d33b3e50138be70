export { BoundedLog } from './bounded-log.js';
export { SelfMetrics } from './metrics.js';
