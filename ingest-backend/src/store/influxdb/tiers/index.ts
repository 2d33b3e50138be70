export { tierBucket } from './buckets.js';
export { Keeper } from './keeper.js';
export { Lease } from './lease.js';
export { chunkOf, Toucher } from './marks.js';
export { FIELDS, joinedBy, windows, type RollupField } from './roll.js';
export { Tiers } from './sources.js';
