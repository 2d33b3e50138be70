import { describe, vi } from 'vitest';
import { describeStore } from '../contract-suite.js';
import { HAS_INFLUXDB, makePlace } from './place-for-tests.js';

vi.setConfig({ testTimeout: 180_000 });

describe.skipIf(!HAS_INFLUXDB)('InfluxDbStore on a real server (INFLUX_URL)', () => {
  describeStore('with tags', () => makePlace('tags'), { share: 0.5, tiers: false });
  describeStore('with dotted names', () => makePlace('dotted'), { share: 0.2, tiers: false });
});
