export { readLog, readTopic } from './read.js';
export { compare, Tally } from './tally.js';
