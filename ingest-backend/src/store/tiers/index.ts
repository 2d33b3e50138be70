export { cover, ROLLUP_TIERS, type Coverage, type Horizons, type Segment } from './cover.js';
