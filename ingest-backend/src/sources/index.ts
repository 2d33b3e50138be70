export { FileSource, type FileOptions } from './file.js';
export { HttpSource, KeyReused, Overload, type Receipt } from './http.js';
export { Intake, takenKey } from './intake.js';
export { Journal } from './journal.js';
export {
  fingerprint,
  kafkaClient,
  KafkaSource,
  observingAssigner,
  place,
  Rekeyer,
  writeMark,
  type Known,
  type Mark,
} from './kafka/index.js';
export type { Source } from './source.js';
export { addressOf, WebSocketSource, type WebSocketOptions } from './websocket/index.js';
