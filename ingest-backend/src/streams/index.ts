export { Bad } from './bad.js';
export { Decoder } from './decoder.js';
export { WrongBody, type HttpStream, type RecordBody, type RecordReceipt } from './http.js';
export { streamKey, streamName } from './records.js';
export type { BadReason, BadRecord, RecordConsumer, StreamAddress, StreamRecord } from './records.js';
export { resolveStreams, type ResolvedStream } from './resolve.js';
export { readSample } from './sample.js';
export { Streams, type StreamsOptions } from './streams.js';
