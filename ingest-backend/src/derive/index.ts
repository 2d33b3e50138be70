export { decode, decodeText, isText, Rejection, Skipped, skippedLabel, type Message } from './decode.js';
export { Deriver, type DeriveOptions, type Suspect } from './deriver.js';
export type { Memory } from './engines.js';
export type { EngineMemory } from './engine-state.js';
export { contentOf, originOf } from './recent.js';
export type { Counting, TapMemory, TapNote } from './tap-state.js';
export type { Tap } from './taps.js';
export { noteKey } from './findings.js';
