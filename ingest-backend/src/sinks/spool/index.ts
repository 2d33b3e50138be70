export { Spool, type SpoolOptions } from './spool.js';
export type { Entry } from './segment.js';
