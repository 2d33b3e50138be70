export { applyBuckets, bucketsOf, stateBucket } from './buckets.js';
export { Connection as InfluxDbConnection, type InfluxDbOptions as InfluxDbConnectionOptions } from './connection.js';
export { InfluxDbStore, type InfluxDbStoreOptions } from './influxdb-store.js';
export * as lines from './lines.js';
export type { Layout } from './series.js';
