export { isNotice, readMessage, type Notice } from './messages.js';
export { TopicReader } from './reader.js';
export { readState, ShareWriter } from './share-writer.js';
export { StateTable } from './state-table.js';
export { archivePartition, TopicTail } from './tail.js';
export { openTopic, partitionOf, type ArchiveTopic } from './topic.js';
export { TopicWriter } from './writer.js';
