export { askTiers } from './ask.js';
export { cellSql, cellValueSql, ROLLUP_COLUMNS, rollupTableSql, tableOf } from './rollup-sql.js';
export { metricHash, narrow, sourcesOf, within, type RollupSegment, type Sources } from './sources.js';
export { CHUNK, TierState, Touched, writeTouched } from './state.js';
export { transact, Upkeeper, type Hands } from './upkeep.js';
