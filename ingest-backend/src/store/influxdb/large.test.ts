import { describe, expect, it } from 'vitest';
import type { AlertChange } from '../../archive/index.js';
import { batch, P0, START } from '../contract-items.js';
import { HAS_INFLUXDB, makePlace } from './place-for-tests.js';

const ALERTS = 5000;

describe.skipIf(!HAS_INFLUXDB)('large batches in InfluxDB (INFLUX_URL)', () => {
  it('of thousands of alerts are taken, and known when they come again', { timeout: 60_000 }, async () => {
    const place = await makePlace();
    const store = await place.open();
    const alerts = Array.from({ length: ALERTS }, (_, offset): AlertChange => ({
      ...{ kind: 'alert', id: `alert ${offset}`, number: 1, time: START + offset, startsAt: START + offset },
      ...{ state: 'firing', severity: 'warning', monitor: 'bounds', workflow: 'prices', model: 'lstm', slot: 0 },
      ...{ engine: '', feature: undefined, name: 'Too high', text: 'It is.', value: offset, evidence: undefined },
      ...{ partition: P0, offset },
    }));
    expect(await store.write(batch(alerts))).toEqual(alerts);
    expect(await store.write(batch(alerts))).toEqual([]);
    expect(await store.alertSteps(alerts.map(({ id }) => id))).toHaveLength(ALERTS);
    await store.close();
    await place.dispose();
  });
});
