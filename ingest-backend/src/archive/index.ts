export { Archiver, NO_OUTLETS, type ArchiverEvents, type Keeper, type Outlets, type Progress } from './archiver.js';
export { RecordReader } from './reading.js';
export type { Sink } from './sink.js';
export { follow, PresenceLog, UNBROKEN, type Presence } from './presence.js';
export * from './records.js';
export { asJson, toRecord } from './wire.js';
