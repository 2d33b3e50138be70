export { Archiver, type ArchiverEvents, type Keeper, type Progress, type Sink } from './archiver.js';
export { follow, PresenceLog, UNBROKEN, type Presence } from './presence.js';
export * from './records.js';
export { asJson, toRecord } from './wire.js';
