export { LogSink, type LogSinkOptions } from './log.js';
export { fullFiles, type FullFile } from './rotation.js';
