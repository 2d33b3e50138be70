import { describe } from 'vitest';
import { describeStore } from '../contract-suite.js';
import { HAS_INFLUXDB, makePlace } from './place-for-tests.js';

describe.skipIf(!HAS_INFLUXDB)('InfluxDbStore on a real server (INFLUX_URL)', () => {
  describeStore('with tags', () => makePlace('tags'));
  describeStore('with dotted names', () => makePlace('dotted'));
});
