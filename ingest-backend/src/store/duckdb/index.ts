export { DuckDbStore } from './duckdb-store.js';
export type { DuckDbOptions } from './open.js';
