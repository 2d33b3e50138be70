export { Receiver } from './receiver.js';
export { lives, until } from './until.js';
