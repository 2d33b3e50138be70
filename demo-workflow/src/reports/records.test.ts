import type { AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { until } from '../testing/index.js';
import { publishRecords } from './records.js';

const closers: Array<() => Promise<unknown>> = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) {
    await close();
  }
});

/** Answers with these statuses, one a request and the last one from then on, and keeps what it was asked. */
async function backend(...statuses: number[]) {
  const asked: Array<{ query: unknown; type: string | undefined; body: unknown }> = [];
  const server = Fastify({ forceCloseConnections: true });
  server.addContentTypeParser(['text/csv', 'application/x-ndjson'], { parseAs: 'string' }, (_request, body, done) =>
    done(null, body)
  );
  server.post('/api/v1/records', ({ query, headers, body }, reply) => {
    asked.push({ query, type: headers['content-type'], body });
    return reply.code(statuses.length > 1 ? (statuses.shift() as number) : (statuses[0] as number)).send({});
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  closers.push(() => server.close());
  return { asked, url: `http://127.0.0.1:${(server.server.address() as AddressInfo).port}/api/v1/records` };
}

describe('records over HTTP', () => {
  it.each([
    ['json', 'application/x-ndjson'],
    ['csv', 'text/csv'],
  ] as const)('go to the stream of their slot as they are encoded: %s', async (encoding, type) => {
    const { asked, url } = await backend(200);
    const slot = { workflow: 'prices', model: 'reader', slot: 3, encoding };
    const publisher = publishRecords({ url }, slot, () => undefined);
    publisher.publish('1,2');
    publisher.publish('3,4');
    await publisher.close(5000);
    const query = { workflow: 'prices', model: 'reader', slot: '3' };
    expect(asked).toEqual([{ query, type, body: '1,2\n3,4\n' }]);
  });

  it('wait where nobody wants them yet', async () => {
    const { asked, url } = await backend(404);
    const told: unknown[] = [];
    const slot = { workflow: 'prices', model: 'reader', slot: 3, encoding: 'json' } as const;
    const publisher = publishRecords({ url }, slot, (line) => told.push(line));
    publisher.publish('1');
    await until(() => told.length > 0);
    expect(told).toEqual([
      expect.objectContaining({ level: 'warn', msg: 'records of slot 3 are not taken, trying again' }),
    ]);
    expect(asked).toHaveLength(1);
    expect(publisher.stats).toMatchObject({ sent: 0, dropped: 0 });
    await publisher.close(0);
  });
});
