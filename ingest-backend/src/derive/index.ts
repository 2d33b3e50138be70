export { decode, decodeText, Rejection, Skipped, skippedLabel, type Message } from './decode.js';
export { Deriver, type DeriveOptions } from './deriver.js';
export type { Counting } from './engine-state.js';
