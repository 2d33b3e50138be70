export { FileSource, type FileOptions } from './file.js';
export { HttpSource, type Receipt } from './http.js';
export { Inlet, KeyReused, Overload, type Asked } from './inlet.js';
export { beginKey, Intake, takenKey } from './intake.js';
export { Journal } from './journal.js';
export { replayJournal } from './journaled.js';
export {
  eachRecord,
  fingerprint,
  GroupMember,
  IdempotentProducer,
  kafkaClient,
  kafkaLogging,
  KafkaSource,
  observingAssigner,
  place,
  Rekeyer,
  requests,
  takeOver,
  transactionalProducer,
  writeMark,
  type Held,
  type Known,
  type Mark,
  type Reader,
  type Stored,
} from './kafka/index.js';
export { Log } from './log.js';
export type { Receiver } from './receiver.js';
export type { Source } from './source.js';
export { addressOf, WebSocketSource, type WebSocketOptions } from './websocket/index.js';
