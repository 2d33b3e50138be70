import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { flux } from '@influxdata/influxdb-client';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { askFor } from '../caller.js';
import { Connection } from './connection.js';
import { InfluxDbStore } from './influxdb-store.js';

/** What a real server cannot be brought to say, or only by filling its disk: it is said here as servers say it. */
describe('a server that is not well', () => {
  let server: Server;
  let connection: Connection;
  let options: ConstructorParameters<typeof Connection>[0];
  let requests: string[];
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  beforeEach(async () => {
    requests = [];
    server = createServer((request, response) => {
      requests.push(request.url ?? '');
      request.resume().once('end', () => answer(request, response));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    options = { url, org: 'o', bucket: 'archive', token: 't' };
    connection = new Connection(options);
  });
  afterEach(() => {
    server.closeAllConnections();
    server.close();
  });

  const says =
    (status: number, body: string | object = '', headers: Record<string, string> = {}) =>
    (_: IncomingMessage, response: ServerResponse): void => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(text);
    };
  const failure = () => connection.write('archive', ['m value=1 0']).catch((error: unknown) => error);

  it.each([
    [401, { code: 'unauthorized', message: 'unauthorized access' }, 'no-access', 'does not accept the token'],
    [403, { code: 'forbidden', message: 'insufficient permissions' }, 'no-access', 'may read and write bucket archive'],
    [404, { code: 'not found', message: 'bucket "archive" not found' }, 'not-a-store', 'check --apply'],
    [404, '404 page not found', 'failed', 'expected InfluxDB 2'],
    [413, { code: 'request too large', message: 'too large' }, 'failed', 'limit on bodies'],
    [500, { message: 'write /engine/wal/1.wal: no space left on device' }, 'full', 'waits and is written then'],
    [422, { message: 'partial write: points beyond retention policy dropped=1' }, 'expired', 'Let it keep more'],
    [500, { message: 'panic' }, 'failed', 'it answers 500: panic'],
  ])('answers %i %j: it is said what is wrong, and what to do', async (status, body, code, text) => {
    answer = says(status, body);
    expect(await failure()).toMatchObject({ code, message: expect.stringContaining(text) as string });
    expect(requests).toHaveLength(1);
  });

  it('and has no time is asked again, when it says', async () => {
    answer = (request, response) =>
      (requests.length < 3 ? says(requests.length === 1 ? 429 : 503, '', { 'retry-after': '0' }) : says(204))(
        request,
        response
      );
    await connection.write('archive', ['m value=1 0']);
    expect(requests).toHaveLength(3);
  });

  it('and takes its time is told where nobody waits any more', async () => {
    const gone = new AbortController();
    const left = new Promise((resolve) => {
      // It never answers.
      answer = (_, response) => {
        response.once('close', resolve);
        gone.abort(new Error('went away'));
      };
    });
    const asked = askFor(gone.signal, () => connection.read(flux`from(bucket: "b")`, () => undefined));
    await expect(asked).rejects.toThrow('went away');
    await left;
    await expect(askFor(gone.signal, () => connection.read(flux`from(bucket: "b")`, () => undefined))).rejects.toThrow(
      'went away'
    );
    expect(requests).toHaveLength(1);
  });

  it.each(['1.8.10', 'v1.8.3', 'victoria'])('and is no InfluxDB 2 but %s serves no store', async (version) => {
    answer = says(200, { version });
    const store = new InfluxDbStore({ ...options, layout: 'tags' });
    await expect(store.open()).rejects.toThrow(`expected InfluxDB 2, found version ${version}`);
  });

  it.each([
    [-3600, '3600 s behind'],
    [7200, '7200 s ahead'],
    [2, undefined],
  ])('and whose clock is %i s off is told of', async (seconds, text) => {
    answer = (_, response) =>
      void response.writeHead(200, { date: new Date(Date.now() + seconds * 1000).toUTCString() }).end('{}');
    const [told] = await connection.probeClock();
    expect(told?.replace(/\d+ s/, (found) => `${Math.round(parseInt(found) / 100) * 100} s`)).toEqual(
      text === undefined ? undefined : expect.stringContaining(text)
    );
  });
});
