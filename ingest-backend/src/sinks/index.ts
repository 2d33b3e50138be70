export { InfluxDbSink, type InfluxDbSinkOptions } from './influxdb/index.js';
export { KafkaSink, type KafkaSinkOptions } from './kafka/index.js';
export { LogSink, type LogSinkOptions } from './log/index.js';
export { SpooledSink, type SpooledSinkEvents, type SpooledSinkOptions } from './spooled-sink.js';
export { compare, readLog, readTopic, Tally } from './verify/index.js';
