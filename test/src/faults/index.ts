export { BackendProcess, pause } from './backend.js';
export { DERIVE, MessageStream, randomNumbers, SEED } from './stream.js';
export { PARTITIONS, withBench, type Bench } from './topic.js';
