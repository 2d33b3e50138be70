export { KafkaSink, type KafkaSinkOptions } from './kafka.js';
