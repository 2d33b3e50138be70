export { LogSink, type LogSinkOptions } from './log.js';
