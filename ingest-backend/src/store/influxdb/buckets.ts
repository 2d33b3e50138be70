import { StoreError } from '../errors.js';
import type { Connection } from './connection.js';
import type { Place } from './place.js';
import { tierBucket } from './tiers/index.js';

/** All buckets of a store: that of points, those of rollups, and that of all else. */
export function bucketsOf(bucket: string): string[] {
  return [bucket, tierBucket(bucket, '1m'), tierBucket(bucket, '1h'), stateBucket(bucket)];
}

/** The bucket of what is kept beside points. */
export function stateBucket(bucket: string): string {
  return `${bucket}_state`;
}

/** @throws StoreError unless this is an InfluxDB 2 with all buckets, of which that of the state expires nothing */
export async function checkServer({ connection, data, state }: Place): Promise<void> {
  await checkVersion(connection);
  for (const name of bucketsOf(data)) {
    const bucket = await connection.bucket(name);
    if (bucket === undefined) {
      throw new StoreError(
        'not-a-store',
        `InfluxDB at ${connection.options.url}: it has no bucket ${name}, or the token does not see it. ` +
          'Let `pneumograph check --apply` create it, or correct store.bucket.'
      );
    }
    if (name === state && bucket.retentionRules.some(({ everySeconds }) => everySeconds > 0)) {
      throw new StoreError(
        'not-a-store',
        `InfluxDB at ${connection.options.url}: bucket ${name} expires what it holds, positions among it. ` +
          'Let `pneumograph check --apply` set its retention.'
      );
    }
  }
}

/** InfluxDB 1 answers to some of the calls, and has neither buckets nor deletion. */
async function checkVersion(connection: Connection): Promise<void> {
  const { version = '' } = await connection.call<{ version?: string }>('GET', '/health');
  if (!/^v?2\./.test(version)) {
    throw new StoreError(
      'failed',
      `InfluxDB at ${connection.options.url}: expected InfluxDB 2, found version ${version || 'unknown'}. ` +
        'InfluxDB 1 and VictoriaMetrics serve as sinks alone: give the store an InfluxDB 2.'
    );
  }
}

/** Creates what is missing, and lets nothing expire that has to stay. @returns what was done, a sentence each */
export async function applyBuckets(connection: Connection, bucket: string): Promise<string[]> {
  await checkVersion(connection);
  const done: string[] = [];
  const { org } = connection.options;
  const { orgs = [] } = await connection.call<{ orgs?: Array<{ id: string }> }>(
    'GET',
    `/api/v2/orgs?${new URLSearchParams({ org }).toString()}`
  );
  const [organisation] = orgs;
  if (organisation === undefined) {
    throw new StoreError(
      'no-access',
      `InfluxDB at ${connection.options.url}: it has no organisation ${org}. Correct store.org.`
    );
  }
  for (const name of bucketsOf(bucket)) {
    const found = await connection.bucket(name);
    if (found === undefined) {
      await connection.call('POST', '/api/v2/buckets', { orgID: organisation.id, name, retentionRules: [] });
      done.push(`created bucket ${name}`);
    } else if (found.retentionRules.some(({ everySeconds }) => everySeconds > 0)) {
      await connection.call('PATCH', `/api/v2/buckets/${found.id}`, {
        retentionRules: [{ type: 'expire', everySeconds: 0 }],
      });
      done.push(`bucket ${name} expires nothing any more`);
    }
  }
  return done;
}
