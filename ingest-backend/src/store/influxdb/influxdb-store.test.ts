import { describe, vi } from 'vitest';
import { describeStore } from '../contract-suite.js';
import { HAS_INFLUXDB, makePlace } from './place-for-tests.js';

vi.setConfig({ testTimeout: 180_000 });

describe.skipIf(!HAS_INFLUXDB)('InfluxDbStore on a real server (INFLUX_URL)', () => {
  describeStore('with tags', () => makePlace('tags'), 0.5);
  describeStore('with dotted names', () => makePlace('dotted'), 0.2);
});
