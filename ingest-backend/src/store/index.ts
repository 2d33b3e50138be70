export { askFor } from './caller.js';
export { groupSeries, takesSeries } from './joins.js';
export * from './store.js';
export * from './backup.js';
export * from './errors.js';
export * from './duckdb/index.js';
export * from './influxdb/index.js';
