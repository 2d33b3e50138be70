import { randomBytes } from 'node:crypto';
import type { StorePlace } from '../contract-items.js';
import { applyBuckets, bucketsOf } from './buckets.js';
import { Connection } from './connection.js';
import { InfluxDbStore, type InfluxDbStoreOptions } from './influxdb-store.js';
import type { Layout } from './series.js';

const { INFLUX_URL: url = '', INFLUX_ORG: org = '', INFLUX_TOKEN: token = '' } = process.env;

/** Whether there is a server to test on: `npm test` starts one and says so here. */
export const HAS_INFLUXDB = url !== '';
export const SERVER = { url, org, token };

/** Buckets that are empty again: to empty one takes a tenth of the time that a new one does. */
const free: string[] = [];

/** Buckets of their own on the server that the environment names. */
export async function makePlace(
  layout: Layout = 'tags'
): Promise<StorePlace & { readonly options: InfluxDbStoreOptions; readonly connection: Connection }> {
  const bucket = free.pop() ?? `test-${randomBytes(8).toString('hex')}`;
  const options = { ...SERVER, bucket, layout };
  const connection = new Connection(options);
  await applyBuckets(connection, bucket);
  return {
    options,
    connection,
    open: async () => {
      const store = new InfluxDbStore(options);
      await store.open();
      return store;
    },
    dispose: async () => {
      for (const name of bucketsOf(bucket)) {
        await connection.remove(name, '');
      }
      free.push(bucket);
    },
  };
}
