export { streamKey, streamName } from './records.js';
export type { BadReason, BadRecord, RecordConsumer, StreamAddress, StreamRecord } from './records.js';
