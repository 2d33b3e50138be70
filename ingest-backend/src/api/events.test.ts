import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import Fastify from 'fastify';
import { expect, it } from 'vitest';
import type { LiveEvent } from '../live/index.js';
import { sendEvents } from './events.js';

it('cuts off a client that reads nothing', async () => {
  let told = 0;
  async function* endless(): AsyncGenerator<LiveEvent> {
    const values = [Array.from({ length: 100_000 }, (_, index) => index)];
    for (;;) {
      told++;
      const frame = { schema: { refId: 'A', meta: {}, fields: [] }, data: { values } };
      yield { type: 'frames', id: String(told), from: 0, to: 1, frames: [frame] };
    }
  }
  const server = Fastify({ forceCloseConnections: true });
  const gone = new Promise((resolve) => {
    server.get('/', async (_request, reply) => {
      const away = new AbortController();
      reply.raw.on('close', () => {
        away.abort();
        resolve('gone');
      });
      await sendEvents(reply, endless(), away.signal, 200);
    });
  });
  await server.listen({ host: '127.0.0.1', port: 0 });
  const socket = connect((server.server.address() as AddressInfo).port, '127.0.0.1');
  await once(socket, 'connect');
  socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n');
  expect(await gone).toBe('gone');
  // What was on the way is all that was ever made.
  expect(told).toBeLessThan(100);
  socket.destroy();
  await server.close();
});
