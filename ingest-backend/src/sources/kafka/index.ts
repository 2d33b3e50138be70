export { kafkaClient, kafkaLogging } from './client.js';
export { observingAssigner } from './fetches.js';
export { eachRecord, GroupMember, type Held, type Reader } from './member.js';
export { IdempotentProducer, requests, takeOver, transactionalProducer } from './producer.js';
export { Rekeyer } from './rekey.js';
export { KafkaSource, type Stored } from './source.js';
export { fingerprint, place, writeMark, type Known, type Mark } from './placement.js';
