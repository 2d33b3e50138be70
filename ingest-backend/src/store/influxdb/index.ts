export { applyBuckets, stateBucket } from './buckets.js';
export { Connection as InfluxDbConnection } from './connection.js';
export { InfluxDbStore, type InfluxDbStoreOptions } from './influxdb-store.js';
