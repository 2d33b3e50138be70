export { LstmPredictor } from './predictor.js';
export { PriceReader } from './reader.js';
export { dayOfPrices, PRICE_COLUMNS, priceLine } from './records.js';
export { PredictionScorer } from './scorer.js';
