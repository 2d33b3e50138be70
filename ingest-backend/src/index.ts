/** What tests, benches and tools of this repository use; everyone else speaks to the HTTP API. */
export { configuration, type Configuration } from './config/index.js';
export {
  Archiver,
  type AlertChange,
  type ArchiveItem,
  type Batch,
  type Partition,
  PresenceLog,
  type Point,
  type Series,
} from './archive/index.js';
export { decode, decodeText, Deriver, Rejection, Skipped } from './derive/index.js';
export { Fleet } from './fleet/index.js';
export { MonitorHost, parseDefinition, readDefinitions, type Definition } from './monitors/index.js';
export { QueryEngine } from './query/index.js';
export { Service } from './service/index.js';
export { kafkaClient, observingAssigner } from './sources/index.js';
export { addValue, emptyProfile, referenceOf, seededRandom, type Bins, type Profile } from './statistics/index.js';
export { Bad, Decoder, type StreamAddress } from './streams/index.js';
export { applyBuckets, DuckDbStore, InfluxDbConnection, InfluxDbStore, lines, type Store } from './store/index.js';
