export { LstmPredictor } from './predictor.js';
export { PriceReader } from './reader.js';
export { dayOfPrices, PRICE_COLUMNS, priceLine, type DayOfPrices } from './records.js';
export { PredictionScorer } from './scorer.js';
