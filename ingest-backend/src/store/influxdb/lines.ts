/** What it takes to write items as lines, for whoever does not keep a store. */
export { escapeTag, floatField, integerField, nanos, textField } from './line.js';
export { encodeName, encodeText } from './names.js';
export { cleanSeries, lineKey } from './series.js';
