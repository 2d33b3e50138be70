export { Feed } from './feed.js';
export { readPrices } from './prices.js';
