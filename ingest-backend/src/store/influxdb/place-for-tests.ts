import { randomBytes } from 'node:crypto';
import type { StorePlace } from '../contract-items.js';
import { applyBuckets, stateBucket } from './buckets.js';
import { Connection } from './connection.js';
import { InfluxDbStore, type InfluxDbStoreOptions } from './influxdb-store.js';
import type { Layout } from './series.js';

const { INFLUX_URL: url = '', INFLUX_ORG: org = '', INFLUX_TOKEN: token = '' } = process.env;

/** Whether there is a server to test on: `npm test` starts one and says so here. */
export const HAS_INFLUXDB = url !== '';
export const SERVER = { url, org, token };

/** Buckets of their own on the server that the environment names. */
export async function makePlace(layout: Layout = 'tags'): Promise<StorePlace & { readonly options: InfluxDbStoreOptions }> {
  const options = { ...SERVER, bucket: `test-${randomBytes(8).toString('hex')}`, layout };
  const connection = new Connection(options);
  await applyBuckets(connection, options.bucket);
  return {
    options,
    open: async () => {
      const store = new InfluxDbStore(options);
      await store.open();
      return store;
    },
    dispose: async () => {
      for (const name of [options.bucket, stateBucket(options.bucket)]) {
        const bucket = await connection.bucket(name);
        await connection.call('DELETE', `/api/v2/buckets/${bucket?.id}`);
      }
    },
  };
}
