export { Feed } from './feed.js';
export { rateAt, recordsBy, STEP } from './rate.js';
export { Source, type SourceOptions } from './source.js';
export { readPrices } from './prices.js';
